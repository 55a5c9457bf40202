// A stand-in of the vendor's cloud, as far as people come along from it: pages by cursor, one account, its keys, its messages.
import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { signature, type Pairs } from '../clients/encodings.ts';

/** An account as the vendor has it. */
export type VendorAccount = { UID: string } & Record<string, unknown>;

/** What an operator's user key there is. */
export const vendorKey = {
  userKey: 'AKimport',
  secret: Buffer.from('a user key at the vendor, 32 byt').toString('base64'),
};

/** Opens the stand-in: it believes signed requests only, as the vendor does. */
export const openVendorCloud = async (accounts: VendorAccount[], pageSize = 3) => {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), alg: 'RS256', use: 'sig', kid: 'vendor-1' };
  const asked: URLSearchParams[] = [];
  const cursors = new Map<string, number>();
  /** Answers that are given instead, once each. */
  const instead: object[] = [];
  const page = (from: number): object => {
    const results = accounts.slice(from, from + pageSize);
    const next = from + pageSize;
    const nextCursorId = `cursor-${randomUUID()}`;
    if (next < accounts.length) cursors.set(nextCursorId, next);
    return {
      results,
      objectsCount: results.length,
      totalCount: accounts.length,
      ...(next < accounts.length && { nextCursorId }),
    };
  };
  const search = (params: URLSearchParams): object => {
    if (params.get('openCursor') === 'true') return page(0);
    const from = cursors.get(params.get('cursorId') ?? '');
    return from === undefined ? { errorCode: 400006, errorMessage: 'cursorId' } : page(from);
  };
  const answerTo = (url: string, params: URLSearchParams): object => {
    const method = new URL(url).pathname.slice(1);
    if (method === 'accounts.getJWTPublicKey') return { keys: [jwk] };
    const pairs: Pairs = [...params].filter(([name]) => name !== 'sig');
    if (params.get('sig') !== signature('POST', url, vendorKey.secret, pairs))
      return { errorCode: 403003, errorMessage: 'Invalid request signature' };
    asked.push(params);
    const other = instead.shift();
    if (other) return other;
    if (method === 'accounts.search') return search(params);
    const one = accounts.find(({ UID }) => UID === params.get('UID'));
    return one ?? { errorCode: 403005, errorMessage: 'Unauthorized user' };
  };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
      const params = request.method === 'GET' ? url.searchParams : new URLSearchParams(body);
      const answer = answerTo(`${url.origin}${url.pathname}`, params);
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ errorCode: 0, callId: randomUUID(), ...answer }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  /** A message about accounts, signed as the vendor signs; `change` of its claims. */
  const message = async (apiKey: string, events: [type: string, uid: string][], change = {}) => {
    const nonce = randomUUID();
    const timestamp = Math.floor(Date.now() / 1000);
    const body = JSON.stringify({
      events: events.map(([type, uid]) => ({
        type,
        id: randomUUID(),
        timestamp,
        callId: randomUUID().replaceAll('-', ''),
        version: '2.0',
        apiKey,
        data: { accountType: 'full', uid },
      })),
      nonce,
      timestamp,
    });
    const claims = {
      sub: createHash('sha256').update(body).digest('base64url'),
      jti: nonce,
      iat: timestamp,
      exp: timestamp + 60,
      iss: `https://fidm.gigya.com/jwt/${apiKey}/`,
      ...change,
    };
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'vendor-1', typ: 'JWT', dc: 'eu1' })
      .sign(privateKey);
    return { body, headers: { 'x-gigya-sig-jwt': token, 'Content-Type': 'application/json' } };
  };
  return {
    accounts,
    asked,
    instead,
    cursors,
    message,
    url: `http://127.0.0.1:${port}`,
    close: () => void server.close(),
  };
};
