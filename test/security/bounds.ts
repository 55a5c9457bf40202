/** A limit: of what, how much, where it stands in the code, and the test that goes beyond it. */
export interface Bound {
  what: string;
  limit: string;
  beyond: string;
  /** File below `src/server`, and the text of it that has the number. */
  code: readonly [file: string, text: string];
  /** File below `test`, and (a part of) a title. */
  test: readonly [file: string, title: string];
}

const bound = (
  what: string,
  limit: string,
  beyond: string,
  code: Bound['code'],
  test: Bound['test'],
): Bound => ({ what, limit, beyond, code, test });

const refused = 'refused';

/** TABLE: everything that somebody outside can make longer, larger or more. */
export const bounds: readonly Bound[] = [
  bound('body of a request', '64 KiB', refused, ['wire/parameters.ts', 'const bytesAtMost = 64 * 1024;'], ['contract/bad-input.test.ts', 'a body over 64 KiB, announced or not']),
  bound('address of a request', '64 KiB', refused, ['wire/parameters.ts', 'if (href.length > bytesAtMost)'], ['security/bounds.test.ts', 'an address over 64 KiB']),
  bound('parameters of a request', '200', 'refused before any of them is decoded', ['wire/parameters.ts', 'const parametersAtMost = 200;'], ['contract/requests.test.ts', '4.13 with more than 200 parameters']),
  bound('name of a parameter in a signed request', '100 characters', refused, ['caller/proof.ts', '/^[\\w.-]{1,100}$/.test(name)'], ['security/bounds.test.ts', 'a signed name of 101 letters']),
  bound('text of a parameter', 'its own limit, at most 3,000 characters', refused, ['wire/request.ts', 'parseParams('], ['security/bounds.test.ts', 'every parameter of every method']),
  bound('nonce', '300 characters', refused, ['caller/proof.ts', 'nonce.length > 300'], ['contract/requests.test.ts', '3.8 with a nonce that no index takes']),
  bound('function of JSONP', '100 characters', refused, ['wire/answer.ts', '(?=.{1,100}$)'], ['security/bounds.test.ts', 'a callback of 101 letters']),
  bound('proxies that `X-Forwarded-*` names', '20, the nearest', 'the others are not looked at', ['wire/arrival.ts', 'const longestChain = 20;'], ['security/arrival.test.ts', '4.16 an invented chain of a hundred addresses']),
  bound('address that a trip leads back to', '2,000 characters', refused, ['departure/trip.ts', 'text.length > 2000'], ['contract/leave-hostile.test.ts', 'with the return address "%s" is refused, and nobody leaves']),
  bound('id in a message of a provider', '300 characters', refused, ['inbound/message.ts', '{1,300}$/'], ['security/bounds.test.ts', 'an id of 301 characters in a message']),
  bound('counters of an instance', '100,000 of what proves nothing, as many of sessions and keys', 'the oldest goes', ['http/counters.ts', 'const countersKept = 100_000;'], ['security/rate-limits.test.ts', 'made-up clients do not fill the memory']),
  bound('wait for a shared counter', '250 ms, then 5 s without it', 'the instance’s own counts', ['http/counters.ts', 'const patience = 250;'], ['security/shared-counters.test.ts', 'one that hangs']),
  bound('looks at the database for `/readyz`', 'one a second', 'the last answer counts', ['http/health.ts', 'const freshness = 1000;'], ['security/rate-doors.test.ts', '4.16 asks the database once a second']),
  bound('loads of the script by a network', '6,000 a minute', '429, unless the browser has it', ['http/rate-limit.ts', 'const giftsPerRequest = 10;'], ['security/rate-doors.test.ts', '4.16 6,000 a minute']),
  bound('streams of one person at an instance', '100', refused, ['events/streams.ts', 'const streamsPerAccount = 100;'], ['contract/page-streams.test.ts', '3.10 a hundred of one person']),
  bound('messages that wait for a slow page', '64', 'its stream ends; it comes again and hears what it missed', ['events/streams.ts', 'const queueLength = 64;'], ['contract/page-streams.test.ts', 'a page too slow to read']),
  bound('live sessions of one person', '`sessionsPerAccount`, 100', 'the oldest end', ['config/sites.ts', 'sessionsPerAccount: z.int().min(1).max(10_000).default(100)'], ['contract/session-limit.test.ts', '3.10 has 100 of them']),
  bound('answer of a provider', '64 KiB', 'the rest is not read', ['outbound/guarded-fetch.ts', 'const bodySize = 64 * 1024;'], ['security/private-addresses.test.ts', 'more than 64 KiB are not read']),
  bound('sets of providers’ keys', '1,000', 'the oldest is forgotten', ['outbound/token.ts', 'const setsKept = 1000;'], ['security/bounds.test.ts', 'a provider whose keys are elsewhere each time']),
  bound('documents of providers', 'one of each configured issuer, 10 minutes', 'asked for again', ['outbound/documents.ts', 'const goodTime = 600_000;'], ['unit/server/outbound/discovery.test.ts', 'kept for ten minutes']),
  bound('rows of the journal that are not seen yet', '10,000, a minute each', 'not waited for', ['exits/listen.ts', 'const gapsKept = 10_000;'], ['unit/server/exits/listen.test.ts', 'becomes visible after later ones']),
  bound('series at `/metrics`', 'routes times codes, both of the tables', 'any other path is `other`', ['http/mount.ts', "nameOf(pathname) ?? 'other'"], ['security/bounds.test.ts', 'a thousand paths']),
  bound('values that count once (nonces, messages, answers of forms)', 'their time: of a nonce 9 minutes, of a message a month', 'deleted', ['exits/purge.ts', 'where expires_at < now()'], ['store/purge.ts', 'purge']),
  bound('line of an import', '1 MiB', 'refused, and not kept', ['moving/lines.ts', 'longestRecord = 1_048_576;'], ['contract/import.test.ts', 'endless']),
  bound('identities, and login ids, of an account that is brought', '100', 'refused', ['moving/account-line.ts', 'rowsPerAccount = 100;'], ['contract/import.test.ts', 'is refused by line, account and path']),
  bound('events of a vendor’s message', '200', 'refused', ['inbound/people-source.ts', 'const eventsAtMost = 200;'], ['contract/inbound-people-source.test.ts', 'changes nothing, and says which claim']),
  bound('trips', '15 minutes', 'deleted', ['exits/purge.ts', 'delete from outro.trips'], ['store/purge.ts', 'purge']),
]; // prettier-ignore
