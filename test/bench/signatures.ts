// What a bad signature costs the processor, as a multiple of what a good small one does: whoever sends much must not make much
// work of it.
import { Buffer } from 'node:buffer';
import { createHandler, type Handler, type Store } from '../../src/server.ts';
import { signedBody } from '../support/signed.ts';
import { ratioOf, type Ratio } from './statistics.ts';

/** Processor time of a bad signature, of a good small one's. */
export interface SignatureResult {
  /** With a `sig` of 21 kB. */
  long: Ratio;
  /** With 11,000 parameters. */
  many: Ratio;
}

const secret = Buffer.alloc(32, 7).toString('base64');
const url = 'https://outro.example/socialize.getUserInfo';

// No database: its work would be for the good one only, and make the others look cheap.
const emptyStore = (): Store => {
  const account = {
    id: '1',
    uid: 'u',
    profile: {},
    identities: [],
    loginIds: [],
    sessions: [],
    session: undefined,
  };
  return {
    people: { read: () => Promise.resolve(account) },
    exits: { seeOnce: () => Promise.resolve(true) },
  } as unknown as Store;
};

const bodies: Record<'good' | keyof SignatureResult, () => string> = {
  good: () => String(signedBody(url, secret, { apiKey: 'k', UID: 'u' })),
  long: () => {
    const form = signedBody(url, secret, { apiKey: 'k', UID: 'u' });
    form.set('sig', 'A'.repeat(21_000));
    return String(form);
  },
  many: () => {
    const form = signedBody(url, secret, { apiKey: 'k', UID: 'u' });
    const more = Array.from({ length: 11_000 }, (_, index) => `p${index.toString(36)}=`).join('&');
    return `${form}&${more}`.slice(0, 64 * 1024);
  },
};

/** Processor time of so many requests, in microseconds. */
const costOf = async (handler: Handler, made: string[]): Promise<number> => {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const requests = made.map((body) => new Request(url, { method: 'POST', headers, body }));
  const before = process.cpuUsage();
  for (const request of requests) await (await handler(request)).text();
  const { user, system } = process.cpuUsage(before);
  return user + system;
};

/** Measures all three in turn, so many rounds. */
export const measureSignatures = async (rounds: number): Promise<SignatureResult> => {
  const handler = createHandler({
    sites: [{ apiKey: 'k', secret, publicUrl: 'https://outro.example', rateLimits: false }],
    encryptionKeys: [{ id: 'a', key: secret }],
    store: emptyStore(),
  });
  const costs = { good: [] as number[], long: [] as number[], many: [] as number[] };
  for (let round = 0; round <= rounds; round += 1)
    for (const [name, make] of Object.entries(bodies)) {
      const cost = await costOf(handler, Array.from({ length: 200 }, make));
      // The first round warms up.
      if (round > 0) costs[name as keyof typeof costs].push(cost);
    }
  return { long: ratioOf(costs.long, costs.good), many: ratioOf(costs.many, costs.good) };
};
