// The form of a page without script, at a site whose session no script can read: recognised by `identify`.
import { describe, expect, it, vi } from 'vitest';
import { required, startNewspark, type Newspark } from '../support/newspark.ts';

const facebook = { ...required, external_id_provider_name: 'facebook', sub_provider_name: 'none' };
const unlinked = '/userprofile?unlinkaccount=unlinked';
const refused = /^\/userprofile\?unlinkaccount=error&errorCode=(\d+)/;

interface Site extends Newspark {
  /** Cookies of a session at the site: who, and which. */
  open(uid: string, session: string): Promise<string>;
  ended: Set<string>;
  errors: unknown[];
}

/** A site whose cookie `sid` names the person and the session: `42/one`. */
const start = async (identify?: () => never): Promise<Site> => {
  const [errors, ended] = [[] as unknown[], new Set<string>()];
  vi.spyOn(console, 'error').mockImplementation((text) => void errors.push(text));
  const newspark = await startNewspark([], {
    identify: ({ headers }) => {
      identify?.();
      const [uid = '', session = ''] =
        /\bsid=([^;]+)/.exec(headers.get('cookie') ?? '')?.[1]?.split('/') ?? [];
      return uid === '' || ended.has(session) ? undefined : { uid, session };
    },
  });
  const open: Site['open'] = async (siteUID, siteSession) => {
    const answer = await newspark.house.signed('socialize.notifyLogin', {
      siteUID,
      siteSession,
      providerSessions: JSON.stringify({ facebook: { providerUID: siteUID } }),
      loginIDs: JSON.stringify([{ value: `${siteUID}@shop.example`, wayIn: 'password' }]),
    });
    expect(answer.errorCode).toBe(0);
    return `theme=dark; sid=${siteUID}/${siteSession}`;
  };
  return { ...newspark, open, ended, errors };
};

const locationOf = async (response: Promise<Response>): Promise<string | null> =>
  (await response).headers.get('location');

describe('a form at a site with its own session', () => {
  it('asks, and unlinks whom that session knows', async () => {
    const { open, send, read, links, house } = await start();
    const cookie = await open('42', 'one');
    const page = await read(await send('GET', facebook, cookie));
    expect(page.items).toEqual(['Facebook']);
    expect(await links()).toEqual(['facebook']);
    expect(await locationOf(send('POST', page.fields, cookie))).toBe(unlinked);
    expect(await links()).toEqual([]);
    const { journal = [] } = await house.rows();
    expect(journal.at(-1)).toMatchObject({ method: 'unlink', provider: 'facebook', actor: 'user' });
    // Once: what was asked has been answered.
    expect(await locationOf(send('POST', page.fields, cookie))).toMatch(refused);
  });

  it('changes nothing by its cookies alone, which a page of a stranger sends along', async () => {
    const { open, send, read, links } = await start();
    const cookie = await open('42', 'one');
    for (const csrf of [{}, { csrf: '' }, { csrf: 'made up' }])
      expect((await read(await send('POST', { ...facebook, ...csrf }, cookie))).items).toEqual([
        'Facebook',
      ]);
    expect(await links()).toEqual(['facebook']);
  });

  it('counts for the session that was asked, and for no other', async () => {
    const { open, send, read, links, house } = await start();
    const [one, other] = [await open('42', 'one'), await open('42', 'two')];
    const stranger = await open('43', 'three');
    const { fields } = await read(await send('GET', facebook, one));
    const theirs = await read(await send('GET', { ...facebook, uid: '43' }, stranger));
    const before = await house.rows();
    // The same person elsewhere is asked again; with the token that somebody else was given, too.
    expect((await read(await send('POST', fields, other))).items).toEqual(['Facebook']);
    const csrf = theirs.fields['csrf'] ?? '';
    expect((await read(await send('POST', { ...fields, csrf }, one))).items).toEqual(['Facebook']);
    expect(await locationOf(send('POST', fields, stranger))).toMatch(refused);
    expect(await house.rows()).toEqual(before);
    expect(await links()).toEqual(['facebook', 'facebook']);
  });

  it('of somebody who has signed out meanwhile is refused', async () => {
    const { open, send, read, links, ended } = await start();
    const cookie = await open('42', 'one');
    const { fields } = await read(await send('GET', facebook, cookie));
    ended.add('one');
    expect(refused.exec(String(await locationOf(send('POST', fields, cookie))))?.[1]).toBe(
      '403005',
    );
    for (const none of ['', 'sid=/', 'sid=44/nobody'])
      expect(await locationOf(send('GET', facebook, none))).toMatch(refused);
    expect(await links()).toEqual(['facebook']);
  });

  it('that the site cannot judge is refused, and says nothing of why', async () => {
    const { open, send, links, errors } = await start(() => {
      throw new Error('the sessions of the site do not answer');
    });
    const cookie = await open('42', 'one');
    const location = String(await locationOf(send('GET', facebook, cookie)));
    expect(refused.exec(location)?.[1]).toBe('500001');
    expect(location).not.toContain('sessions');
    expect(String(errors)).toContain('/action/v2/unlinkaccount');
    expect(await links()).toEqual(['facebook']);
  });
});
