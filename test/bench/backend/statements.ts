// What outro says to Postgres for one removal and one logout.
import { setTimeout as sleep } from 'node:timers/promises';
import { openEngine, type Opening } from './engine.ts';
import { origin, requestsOf } from './people.ts';

/** The statements of one request: until it was answered, and of what goes on behind the answer. */
export interface Recorded {
  path: string;
  statements: string[];
  afterwards: string[];
}

// Milliseconds; what is gathered for several requests is sent by then.
const afterwards = 200;

/**
 * Lets outro carry out the requests of two people and takes down what the second one's say.
 *
 * @throws Error when a request fails
 */
export const recordStatements = async (
  opening: Opening,
  persons: [number, number],
): Promise<Recorded[]> => {
  let heard: string[] = [];
  const hear = (statement: string): void => {
    heard.push(statement.replace(/\s+/g, ' ').trim());
  };
  const engine = await openEngine({ ...opening, hear });
  let recorded: Recorded[] = [];
  for (const person of persons) {
    recorded = [];
    for (const { path, body } of requestsOf(person)) {
      heard = [];
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Origin: origin };
      const init = { method: 'POST', headers, body };
      const answer = await engine.fetch(new Request(`https://outro.example${path}`, init));
      const statements = heard;
      const text = await answer.text();
      heard = [];
      if (!text.includes('"errorCode":0'))
        throw new Error(`expected a success to record, got ${text}`);
      await sleep(afterwards);
      recorded.push({ path, statements, afterwards: heard });
    }
  }
  await engine.close();
  return recorded;
};
