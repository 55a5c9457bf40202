// Whatever somebody outside can make longer, larger or more has a limit: each row stands in the code, and is gone beyond.
import { createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { JWTVerifyGetKey } from 'jose';
import { createHandler } from 'outro/server';
import { describe, expect, it } from 'vitest';
import { safeParse } from 'zod/v4/core';
import type * as z from 'zod/v4/core';
import { remoteMethods } from '../../src/server/methods/rows.ts';
import { createKeySets } from '../../src/server/outbound/token.ts';
import { secret, startHouse, type Answer } from '../support/house.ts';
import { signedBody } from '../support/signed.ts';
import { bounds } from './bounds.ts';

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

describe.each(bounds)('$what', ({ code: [file, text], test: [testFile, title] }) => {
  it('has its number in the code, and a test that goes beyond it', () => {
    expect(readFileSync(fileOf(`../../src/server/${file}`), 'utf8')).toContain(text);
    expect(existsSync(fileOf(`../${testFile}`)), testFile).toBe(true);
    expect(readFileSync(fileOf(`../${testFile}`), 'utf8')).toContain(title);
  });
});

it('an address over 64 KiB is refused, at a method, in a form and in a message', async () => {
  const house = await startHouse({ vhost: '9' });
  const long = 'x'.repeat(70_000);
  const at = (path: string) => house.handler(new Request(`https://outro.example/${path}=${long}`));
  const answer = (await (await at('socialize.getUserInfo?a')).json()) as Answer;
  expect(answer.errorDetails).toMatch(/^address: expected at most 65536 bytes/);
  expect((await at('action/v2/unlinkaccount?a')).status).toBe(413);
  expect((await at(`inbound/${house.apiKey}/google/security-event?a`)).status).toBe(413);
});

it('a signed name of 101 letters is refused', async () => {
  const house = await startHouse();
  const answer = await house.signed('socialize.getUserInfo', { UID: 'u', ['n'.repeat(101)]: '1' });
  expect(answer).toMatchObject({ errorCode: 400006 });
});

it('a callback of 101 letters is refused', async () => {
  const house = await startHouse({ jsonp: true });
  for (const [length, code] of [
    [101, 400006],
    [100, 403005],
  ] as const) {
    const callback = 'f'.repeat(length);
    const query = new URLSearchParams({ apiKey: house.apiKey, format: 'jsonp', callback });
    const url = `https://outro.example/socialize.getUserInfo?${query}`;
    const text = await (await house.handler(new Request(url))).text();
    expect(text).toContain(`"errorCode":${code}`);
  }
});

it('every parameter of every method has a limit, but for JSON, which has that of the body', () => {
  const unlimited = Object.values(remoteMethods).flatMap((row) =>
    Object.entries<z.$ZodType>(row.params()._zod.def.shape).flatMap(([name, field]) =>
      safeParse(field, 'x'.repeat(3001)).success ? [name] : [],
    ),
  );
  expect([...new Set(unlimited)].toSorted()).toEqual([
    'loginIDs',
    'profile',
    'providerSessions',
    'userInfo',
  ]);
});

it('an id of 301 characters in a message is nobody’s', async () => {
  const facebook = { clientId: '1', clientSecret: 'an app secret' };
  const house = await startHouse({ providers: { facebook } });
  const told = { algorithm: 'HMAC-SHA256', issued_at: Date.now() / 1000, user_id: 'x'.repeat(301) };
  const payload = Buffer.from(JSON.stringify(told)).toString('base64url');
  const mac = createHmac('sha256', 'an app secret').update(payload).digest('base64url');
  const body = new URLSearchParams({ signed_request: `${mac}.${payload}` });
  const url = `https://outro.example/inbound/${house.apiKey}/facebook/deauthorize`;
  expect((await house.handler(new Request(url, { method: 'POST', body }))).status).toBe(400);
});

it('a provider whose keys are elsewhere each time: a thousand places are known', () => {
  const keySets = createKeySets(() => Promise.reject(new Error('not asked')));
  const at = (index: number): JWTVerifyGetKey => keySets(`https://login.example/keys/${index}`);
  const first = at(0);
  for (let index = 1; index < 1000; index += 1) at(index);
  expect(at(0)).toBe(first);
  at(1000);
  expect(at(0)).not.toBe(first);
});

it('a thousand paths are one series', async () => {
  const { database } = await startHouse();
  const handler = createHandler({
    sites: [{ apiKey: 'k', secret, publicUrl: 'https://outro.example' }],
    encryptionKeys: [{ id: 'a', key: secret }],
    store: database.store,
    metrics: true,
  });
  for (let index = 0; index < 1000; index += 1)
    await handler(new Request(`https://outro.example/socialize.x${index}`, { method: 'POST' }));
  const text = await (await handler(new Request('https://outro.example/metrics'))).text();
  expect(text.split('\n').filter((line) => line.startsWith('outro_request_seconds_count'))).toEqual(
    ['outro_request_seconds_count{route="other",code="400093"} 1000'],
  );
});

it('a signed request of the longest of everything is taken', async () => {
  const house = await startHouse();
  const url = 'https://outro.example/socialize.notifyLogin';
  const body = signedBody(url, secret, {
    apiKey: house.apiKey,
    siteUID: 'u'.repeat(250),
    nonce: 'n'.repeat(300),
    cid: 'c'.repeat(100),
    userInfo: JSON.stringify({ nickname: 'n'.repeat(300), photoURL: 'p'.repeat(1000) }),
    providerSessions: JSON.stringify({
      facebook: { providerUID: 'f'.repeat(300), authToken: 't'.repeat(20_000) },
    }),
  });
  const answer = await (await house.handler(new Request(url, { method: 'POST', body }))).json();
  expect(answer).toMatchObject({ errorCode: 0 });
});
