// Hostile requests at every door, by whoever has nothing, whoever has an account, the site's server and a network: no 5xx, no
// unknown exception, nobody's data changes without authority, an honest person behind the same address always leaves,
// and memory stays flat. `npm test` asks for ten seconds;
//
//   OUTRO_FUZZ_REQUESTS=200000 node_modules/.bin/vitest run --config test/vitest.config.ts --project security fuzz.test
//
// asks as often as that and prints the figures. OUTRO_FUZZ_SEED repeats a run.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { codes } from '../../src/core/codes.ts';
import { inputs } from '../support/fuzz.ts';
import { openWorld } from '../support/fuzz-world.ts';

const requests = Number(process.env['OUTRO_FUZZ_REQUESTS'] ?? Infinity);
const seconds = requests === Infinity ? 10 : Infinity;
const seed = Number(process.env['OUTRO_FUZZ_SEED'] ?? 20_261_122);

// Requests between two looks at the rest; the first measure of memory is after so many.
const batch = 200;
const settled = 20_000;

const statuses = new Set(Object.values(codes).map((row) => Number.parseInt(`${row}`, 10)));

const places =
  /^(\/(?![/\\])|https:\/\/(shop|account|outro|login)\.example(\/|$)|https:\/\/www\.facebook\.com\/)/;

const faultIn = (body: string, code: number, { status, headers }: Response): string | undefined => {
  if (status >= 500) return `status ${status}`;
  if (code >= 500_000) return `errorCode ${code}`;
  if (code !== 0 && !statuses.has(code)) return `an errorCode of no table, ${code}`;
  if (body.includes('42@shop.example')) return 'an e-mail of the bystander';
  if (/\bat .*\.ts:\d+/.test(body)) return 'a stack';
  const location = headers.get('location');
  return location === null || places.test(location) ? undefined : `leads to ${location}`;
};

const judge = async (response: Response, errors: unknown[]) => {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  const body = isStream ? '' : await response.text();
  if (isStream) await response.body?.cancel();
  const code = Number(/"errorCode":(\d+)/.exec(body)?.[1] ?? 0);
  const raised = errors.length > 0 ? `raised ${String(errors[0])}` : undefined;
  const outcome = body.includes('"errorCode"') ? String(code) : `status ${response.status}`;
  return { fault: raised ?? faultIn(body, code, response), outcome };
};

/** Megabytes that are still held after everything else was let go. */
const heldMemory = (): number => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let time = 0; time < 3; time += 1) collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
};

it('hostile requests at every door', { timeout: 3_000_000 }, async () => {
  console.log(`fuzz: seed ${seed}`);
  const world = await openWorld();
  const before = await world.dump();
  const seen = new Map<string, number>();
  const memory: number[] = [];
  const begun = performance.now();
  let sent = 0;
  let left = 0;
  const isOver = () =>
    sent >= requests || (sent > 1000 && performance.now() - begun > seconds * 1000);
  for (let round = 0; !isOver(); round += 1) {
    for (const input of fc.sample(inputs(world.own), { seed: seed + round, numRuns: batch })) {
      const request = world.requestOf(input);
      if (!request) continue;
      sent += 1;
      const response = await world.handler(request, { address: '10.0.0.1' });
      const { fault, outcome } = await judge(response, world.errors);
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
      if (fault) expect.fail(`${fault}, seed ${seed + round}: ${JSON.stringify(input)}`);
      // One measure, and then as often as there are requests left.
      if (sent % settled === 0) memory.push(heldMemory());
    }
    if (round % 10 > 0) continue;
    expect(await world.leave(), `seed ${seed + round}`).toEqual([]);
    left += 1;
    expect(await world.dump(), `seed ${seed + round}`).toBe(before);
  }
  expect(await world.leave()).toEqual([]);
  expect(await world.dump()).toBe(before);
  const [first, last] = [memory[0] ?? Number.NaN, memory.at(-1) ?? Number.NaN];
  console.log(`fuzz: ${sent} requests, by outcome ${JSON.stringify(Object.fromEntries(seen))}`);
  console.log(
    `fuzz: ${Math.round(sent / ((performance.now() - begun) / 1000))} a second; ${left} people left; megabytes held, every ${settled}: ${memory.map((one) => one.toFixed(1)).join(' ')}`,
  );
  if (memory.length > 1) expect(last / first).toBeLessThanOrEqual(1.1);
  expect(sent).toBeGreaterThan(1000);
});
