// The discovery document of an OpenID provider: believed only as far as it is who it says.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createDiscovery } from '../../../../src/server/outbound/discovery.ts';
import { createOutbound } from '../../../../src/server/outbound/guarded-fetch.ts';

afterEach(() => vi.useRealTimers());

const issuer = 'https://op.example/realm';
const whole = {
  issuer,
  end_session_endpoint: 'https://op.example/end',
  jwks_uri: 'https://op.example/keys',
  revocation_endpoint: 'https://op.example/revoke',
  backchannel_logout_supported: true,
};

const discover = (answer: () => Response | Promise<Response>, allowPrivate = true) => {
  const asked: string[] = [];
  const fetch: typeof globalThis.fetch = async (input) => {
    asked.push(new Request(input).url);
    return answer();
  };
  return { asked, discovery: createDiscovery(createOutbound(allowPrivate, fetch)) };
};

describe('a good document', () => {
  it('is asked for below the issuer, and read', async () => {
    const { asked, discovery } = discover(() => Response.json(whole));
    expect(await discovery(issuer)).toEqual({
      issuer,
      endSessionEndpoint: 'https://op.example/end',
      jwksUri: 'https://op.example/keys',
      revocationEndpoint: 'https://op.example/revoke',
      sendsLogoutTokens: true,
    });
    expect(asked).toEqual(['https://op.example/realm/.well-known/openid-configuration']);
  });

  it('with a slash at the end of the issuer, which is left out of the address but not of the comparison', async () => {
    const { asked, discovery } = discover(() => Response.json({ issuer: `${issuer}/` }));
    expect(await discovery(`${issuer}/`)).toMatchObject({ issuer: `${issuer}/` });
    expect(asked).toEqual(['https://op.example/realm/.well-known/openid-configuration']);
    await expect(discovery(issuer)).rejects.toThrow('issuer: expected https://op.example/realm');
  });

  it('names its revocation as Yahoo does, too; what it leaves out is not there', async () => {
    const document = { issuer, token_revocation_endpoint: 'https://op.example/r' };
    const { discovery } = discover(() => Response.json(document));
    expect(await discovery(issuer)).toEqual({
      issuer,
      endSessionEndpoint: undefined,
      jwksUri: undefined,
      revocationEndpoint: 'https://op.example/r',
      sendsLogoutTokens: false,
    });
  });

  it('is asked for once by all who wait, and kept for ten minutes', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { asked, discovery } = discover(() => Response.json(whole));
    await Promise.all([discovery(issuer), discovery(issuer), discovery(issuer)]);
    vi.setSystemTime(Date.now() + 599_000);
    await discovery(issuer);
    expect(asked).toHaveLength(1);
    vi.setSystemTime(Date.now() + 2000);
    await discovery(issuer);
    expect(asked).toHaveLength(2);
  });
});

describe('refused', () => {
  it.each([
    [
      'of another issuer',
      { ...whole, issuer: 'https://evil.example' },
      'issuer: expected https://op',
    ],
    ['without an issuer', { ...whole, issuer: undefined }, 'issuer: expected https://op'],
    [
      'with a script for an address',
      { ...whole, end_session_endpoint: 'javascript:alert(1)' },
      'end_session_endpoint: expected an https address',
    ],
    [
      'with an address without TLS',
      { ...whole, revocation_endpoint: 'http://op.example/' },
      'revocation_endpoint: expected an https address',
    ],
    [
      'with half an address',
      { ...whole, jwks_uri: 'https://' },
      'jwks_uri: expected an https address',
    ],
    ['with a number for an address', { ...whole, jwks_uri: 1 }, 'jwks_uri'],
    ['that is a list', [], 'document'],
    ['that is null', null, 'document'],
  ])('a document %s', async (_, document, reason) => {
    const { discovery } = discover(() => Response.json(document));
    await expect(discovery(issuer)).rejects.toThrow(`discovery document of ${issuer}: ${reason}`);
  });

  it.each([
    ['garbage', () => new Response('<html>'), 'Unexpected token'],
    ['nothing', () => new Response(''), 'Unexpected end'],
    ['an error', () => new Response('{}', { status: 503 }), 'expected status 200, got 503'],
    ['a redirect', () => Response.redirect('https://op.example/other'), 'got 302'],
    ['a document without end', () => new Response(`{"x":"${'x'.repeat(70_000)}"}`), 'Unterminated'],
    ['no connection', () => Promise.reject(new Error('refused by peer')), 'refused by peer'],
  ])('%s', async (_, answer, reason) => {
    const { discovery } = discover(answer);
    await expect(discovery(issuer)).rejects.toThrow(reason);
  });

  it.each(['https://127.0.0.1', 'https://10.0.0.1', 'https://[::1]', 'http://op.example'])(
    'an issuer at %s, without being asked',
    async (address) => {
      const { asked, discovery } = discover(() => Response.json(whole), false);
      await expect(discovery(address)).rejects.toThrow(`discovery document of ${address}: refused`);
      expect(asked).toEqual([]);
    },
  );

  it('is not asked again for thirty seconds', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    let isUp = false;
    const { asked, discovery } = discover(() =>
      isUp ? Response.json(whole) : new Response('', { status: 500 }),
    );
    await expect(discovery(issuer)).rejects.toThrow('got 500');
    isUp = true;
    vi.setSystemTime(Date.now() + 29_000);
    await expect(discovery(issuer)).rejects.toThrow('got 500');
    expect(asked).toHaveLength(1);
    vi.setSystemTime(Date.now() + 2000);
    expect(await discovery(issuer)).toMatchObject({ issuer });
  });

  it('one who waits no longer than he said; the document is there for the next', async () => {
    let answer = (_response: Response): void => {};
    const { asked, discovery } = discover(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    await expect(discovery(issuer, 20)).rejects.toThrow('too late');
    answer(Response.json(whole));
    expect(await discovery(issuer)).toMatchObject({ issuer });
    expect(asked).toHaveLength(1);
  });
});
