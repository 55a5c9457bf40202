// newspark-unlinkaccount, design.md section 4: templates that already ask are not asked twice. The application's own page asks,
// and leads on by a link that it has signed.
import { signLink } from 'outro/server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { secret } from '../support/house.ts';
import { action, allParameters, required, startNewspark } from '../support/newspark.ts';

afterEach(() => {
  vi.useRealTimers();
});

const names = { external_id_provider_name: 'facebook', sub_provider_name: 'none' };

const open = (asks: 'outro' | 'application' = 'application') =>
  startNewspark(['facebook', 'gigya'], { actions: { unlinkaccount: [...allParameters], asks } });

const paramsOf = (link: string): Record<string, string> =>
  Object.fromEntries(new URL(link).searchParams);

const made = (params: Record<string, string> = { ...required, ...names }): Record<string, string> =>
  paramsOf(signLink('https://outro.example/action/v2/unlinkaccount', secret, params));

describe('a link that the application has signed', () => {
  it('unlinks at once, once, without the cookie of a session', async () => {
    const { send, links } = await open();
    const link = made();
    const answer = await send('GET', link, '');
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      '/userprofile?unlinkaccount=unlinked',
    ]);
    expect(await links()).toEqual(['gigya']);
    expect((await send('GET', link, '')).headers.get('location')).toContain('errorCode=403004');
  });

  it('one that was changed, or signed by somebody else, does nothing', async () => {
    const { send, links, house } = await open();
    const before = await house.rows();
    const { external_id_provider_name: _, ...everything } = made();
    const other = Buffer.alloc(32, 9).toString('base64');
    const foreign = paramsOf(signLink(action, other, { ...required, ...names }));
    for (const link of [{ ...made(), uid: '43' }, everything, foreign]) {
      const answer = await send('GET', link, '');
      expect(answer.headers.get('location')).toContain('errorCode=403003');
    }
    const { nonce: _nonce, ...without } = made();
    expect((await send('GET', without, '')).headers.get('location')).toContain('errorCode=400002');
    expect(await house.rows()).toEqual(before);
    expect(await links()).toEqual(['facebook', 'gigya']);
  });

  it('one older than ten minutes, and one that a browser follows ahead of the person, is asked about', async () => {
    const { send, read, links, house, cookie } = await open();
    const link = made();
    const ahead = new Request(`${action}?${new URLSearchParams(link).toString()}`, {
      headers: { Cookie: cookie, 'Sec-Purpose': 'prefetch;prerender' },
    });
    expect((await read(await house.handler(ahead))).items).toHaveLength(1);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 601_000 });
    expect((await read(await send('GET', link))).items).toHaveLength(1);
    expect(await links()).toEqual(['facebook', 'gigya']);
  });

  it('where outro asks, a signature is a parameter that nobody has enabled', async () => {
    const { send, links } = await open('outro');
    expect((await send('GET', made())).status).toBe(403);
    expect(await links()).toEqual(['facebook', 'gigya']);
  });

  it('where the application asks, a plain link still asks', async () => {
    const { send, read, links } = await open();
    expect((await read(await send('GET', { ...required, ...names }))).items).toHaveLength(1);
    expect(await links()).toEqual(['facebook', 'gigya']);
  });
});
