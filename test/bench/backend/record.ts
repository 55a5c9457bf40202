// What outro says to its database for one removal and one logout, so that the floor can say the same.
import { createHandler, type Store } from '../../../src/server.ts';
import { apiKey, hashOf, origin, personOf, requestsOf, secret } from './people.ts';

/** One statement of a recording; `name` where it is a prepared one. */
export interface Statement {
  name?: string | undefined;
  text: string;
  values: unknown[];
}

/** A value of a statement, in a form that travels between processes and can be filled for another person. */
export type Template =
  | { kind: 'constant'; value: unknown }
  | { kind: 'text'; text: string }
  | { kind: 'time'; ahead: number }
  | { kind: 'hash'; of: 'token' | 'key' | 'caller' }
  | { kind: 'list'; items: Template[] };

/** One request as the floor replays it. */
export interface Recorded {
  path: string;
  statements: { name?: string | undefined; text: string; values: Template[] }[];
  answer: string;
}

/** What stands for a person's own values in a template. */
export const marks = (person: number, callId: string, key: string): [string, string][] => {
  const { account, token, facebook, google, session, login } = personOf(person);
  const dashed = callId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return [
    [facebook, '{facebook}'],
    [google, '{google}'],
    [session, '{session}'],
    [login, '{login}'],
    [token, '{token}'],
    [key, '{key}'],
    [callId, '{call}'],
    [dashed, '{callUuid}'],
    [account, '{account}'],
  ];
};

const toTemplate = (value: unknown, known: [string, string][], token: string): Template => {
  if (Array.isArray(value))
    return { kind: 'list', items: value.map((one) => toTemplate(one, known, token)) };
  if (value instanceof Date) return { kind: 'time', ahead: value.getTime() - Date.now() };
  if (value instanceof Uint8Array)
    return { kind: 'hash', of: hashOf(token).equals(value) ? 'token' : 'key' };
  if (typeof value !== 'string') return { kind: 'constant', value };
  let text = value;
  for (const [from, mark] of known) text = text.replaceAll(from, mark);
  return text === value ? { kind: 'constant', value } : { kind: 'text', text };
};

/**
 * Lets a handler over `store` carry out the requests of a person and takes down its statements.
 *
 * @param statements filled by whoever listens at the database.
 */
export const record = async (
  store: Store,
  statements: Statement[],
  person: number,
): Promise<Recorded[]> => {
  const handler = createHandler({
    sites: [{ apiKey, secret, publicUrl: 'https://outro.example', origins: [origin] }],
    encryptionKeys: [{ id: 'bench', key: secret }],
    store,
  });
  const recorded: Recorded[] = [];
  for (const { path, body } of requestsOf(person)) {
    statements.length = 0;
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Origin: origin };
    const request = new Request(`https://outro.example${path}`, { method: 'POST', headers, body });
    const answer = await (await handler(request)).text();
    const { callId, errorCode } = JSON.parse(answer) as { callId: string; errorCode: number };
    if (errorCode !== 0) throw new Error(`expected a success to record, got ${answer}`);
    const key = new URLSearchParams(body).get('idempotencyKey') ?? '';
    const known = marks(person, callId, key);
    const { token } = personOf(person);
    recorded.push({
      path,
      statements: statements.map(({ values, ...rest }) => ({
        ...rest,
        values: values.map((value) => toTemplate(value, known, token)),
      })),
      answer,
    });
  }
  return recorded;
};
