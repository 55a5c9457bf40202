// The contract: shared seed 003_49703597429f9ebf.txt, "newspark-unlinkaccount".
import { describe, expect, it } from 'vitest';
import { allParameters, required, startNewspark } from '../support/newspark.ts';

const unlinked = '/userprofile?unlinkaccount=unlinked';
const refused = (code: number, reason: string, parameter?: string): string =>
  `/userprofile?unlinkaccount=error&errorCode=${code}&reason=${reason.replaceAll(' ', '+')}${parameter ? `&parameter=${parameter}` : ''}`;

const facebook = { external_id_provider_name: 'facebook', sub_provider_name: 'none' };
const janrain = (network: string) => ({
  external_id_provider_name: 'janrain',
  sub_provider_name: network,
});
const networks = ['facebook', 'yahoo', 'twitter', 'linkedin', 'googleplus', 'instagram'];

describe('/action/v2/unlinkaccount', () => {
  it("This action unlinks a user's account from a third party login provider", async () => {
    const { unlink, links } = await startNewspark(['facebook', 'sheridan']);
    expect(await unlink({ ...required, ...facebook })).toBe(unlinked);
    expect(await links()).toEqual(['sheridan']);
  });

  it("It does so by deleting the user's external id reference from our system", async () => {
    const { unlink, house } = await startNewspark();
    await unlink({ ...required, ...facebook });
    const { identities = [], journal = [] } = await house.rows();
    expect(identities).toEqual([]);
    expect(journal.at(-1)).toMatchObject({ method: 'unlink', provider: 'facebook', actor: 'user' });
  });

  it('this action can not be undone for the deleted reference: so the page says it and asks first', async () => {
    const { send, read, links } = await startNewspark();
    for (const method of ['GET', 'POST']) {
      const page = await read(await send(method, { ...required, ...facebook }));
      expect(page).toMatchObject({ status: 200, items: ['Facebook'] });
      expect(page.text).toContain('You cannot undo this.');
    }
    expect(await links()).toEqual(['facebook']);
  });

  it('the last way in is kept as a mapping, and the page says that first', async () => {
    const newspark = await startNewspark();
    const answer = await newspark.house.signIn({
      siteUID: '43',
      providers: { gigya: { providerUID: 'only' } },
    });
    const cookie = `${String(answer['cookieName'])}=${String(answer['cookieValue'])}`;
    const asked = await newspark.send('GET', { ...required, uid: '43' }, cookie);
    const page = await newspark.read(asked);
    expect(page.text).toContain('with Gigya, because it is your only way in.');
    await newspark.send('POST', page.fields, cookie);
    const { identities = [] } = await newspark.house.rows();
    expect(identities).toContainEqual(
      expect.objectContaining({ provider: 'gigya', state: 'mapping' }),
    );
  });

  it('you must have `unlinkaccount` (and all its parameters) selected and saved in the `User Actions` tab', async () => {
    for (const off of ['sub_provider_name', 'external_id_provider_name', 'uid'] as const) {
      const actions = { unlinkaccount: allParameters.filter((name) => name !== off) };
      const { send, links } = await startNewspark(['facebook'], { actions });
      const response = await send('POST', { ...required, ...facebook });
      expect(response.status).toBe(403);
      expect(await response.text()).toContain(`${off}: expected only parameters enabled`);
      expect(await links()).toEqual(['facebook']);
    }
    const { send, links } = await startNewspark(['facebook'], { actions: {} });
    const response = await send('POST', { ...required, ...facebook });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('unlinkaccount: expected to be enabled');
    expect(await links()).toEqual(['facebook']);
  });
});

describe('The third party login providers (possible values for `external_id_provider_name`)', () => {
  const providers = ['facebook', 'sheridan', 'sheridanstaff', 'janrain/yahoo', 'gigya'];
  it.each(providers)('%s', async (link) => {
    const { unlink, links } = await startNewspark([...providers]);
    const [provider = '', network = 'none'] = link.split('/');
    const names = { external_id_provider_name: provider, sub_provider_name: network };
    expect(await unlink({ ...required, ...names })).toBe(unlinked);
    expect(await links()).toEqual(providers.filter((one) => one !== link).toSorted());
  });
});

describe('The third party login sub-providers (possible values for `sub_provider_name`)', () => {
  const all = networks.map((network) => `janrain/${network}`);
  it.each(networks)('%s', async (network) => {
    const { unlink, links } = await startNewspark([...all, 'facebook']);
    expect(await unlink({ ...required, ...janrain(network) })).toBe(unlinked);
    const left = all.filter((link) => link !== `janrain/${network}`);
    expect(await links()).toEqual(['facebook', ...left.toSorted()]);
  });

  it("all - if you wish to delete all of the user's Janrain third party login sub-providers", async () => {
    const { unlink, links } = await startNewspark([...all, 'facebook']);
    expect(await unlink({ ...required, ...janrain('all') })).toBe(unlinked);
    expect(await links()).toEqual(['facebook']);
  });

  it('none - this has to be passed if you are deleting any login other than Janrain; you can not omit this parameter or leave it as null', async () => {
    const { send, links } = await startNewspark();
    const name = { external_id_provider_name: 'facebook' };
    for (const [given, location] of [
      [{}, refused(400002, 'Missing required parameter', 'sub_provider_name')],
      [{ sub_provider_name: '' }, refused(400006, 'Invalid parameter value', 'sub_provider_name')],
    ] as const) {
      const response = await send('POST', { ...required, ...name, ...given });
      expect(response.headers.get('location')).toBe(location);
    }
    expect(await links()).toEqual(['facebook']);
  });

  it('This includes but are not limited to: a network of no list', async () => {
    const { unlink, links } = await startNewspark(['janrain/vkontakte', 'facebook']);
    expect(await unlink({ ...required, ...janrain('vkontakte') })).toBe(unlinked);
    expect(await links()).toEqual(['facebook']);
  });
});

describe('Supported Parameters', () => {
  it.each(['vhost', 'redirectUrl'])(
    '%s: Required; without it there is a page that says so',
    async (name) => {
      const { send } = await startNewspark();
      const params = Object.entries(required).filter(([one]) => one !== name);
      const response = await send('GET', params);
      expect(response.status).toBe(400);
      expect(await response.text()).toContain(`<p>${name}: expected `);
    },
  );

  it('uid: Required', async () => {
    const { send } = await startNewspark();
    const response = await send('GET', { vhost: '1', redirectUrl: '/userprofile' });
    const location = refused(400002, 'Missing required parameter', 'uid');
    expect(response.headers.get('location')).toBe(location);
  });

  it('vhost: Integer up to 11 characters. The id of the application', async () => {
    const vhost = '12345678901';
    const { unlink, send } = await startNewspark(['facebook'], { vhost });
    expect(await unlink({ ...required, vhost })).toBe(unlinked);
    const other = await send('GET', { ...required, vhost: '2' });
    expect(other.status).toBe(400);
    expect(await other.text()).toContain('vhost: expected the id of an application');
  });

  it('uid: The id of the user. Integer up to 11 characters; another one is refused like one nobody has', async () => {
    const { signIn, send, links, cookie } = await startNewspark();
    const uid = '12345678901';
    const hers = await signIn(uid, 'gigya');
    const shown = await send('GET', { ...required, uid }, hers);
    expect(shown.status).toBe(200);
    const own = await send('POST', required);
    const answers = await Promise.all([
      send('POST', { ...required, uid }),
      send('POST', { ...required, uid: '77' }),
      send('POST', required, ''),
      send('POST', required, cookie.replace(/.$/, '~')),
      send('GET', { ...required, uid: '042' }),
    ]);
    for (const answer of answers) {
      expect(answer.status).toBe(303);
      expect(answer.headers.get('location')).toBe(refused(403005, 'Unauthorized user'));
    }
    expect(own.status).toBe(200);
    expect(await links()).toEqual(['facebook', 'gigya']);
  });

  it('redirectUrl: The url to redirect the user to once the unlink action is complete', async () => {
    for (const [redirectUrl, location] of [
      ['/', '/?unlinkaccount=unlinked'],
      ['/me?tab=a&unlinkaccount=error&errorCode=1#top', '/me?tab=a&unlinkaccount=unlinked#top'],
      ['/mein-König', '/mein-K%C3%B6nig?unlinkaccount=unlinked'],
      ['https://shop.example/me#top', 'https://shop.example/me?unlinkaccount=unlinked#top'],
      ['https://account.example', 'https://account.example/?unlinkaccount=unlinked'],
      [`/${'é'.repeat(99)}`, `/${'%C3%A9'.repeat(99)}?unlinkaccount=unlinked`],
    ] as const) {
      const { unlink } = await startNewspark();
      expect(await unlink({ ...required, redirectUrl })).toBe(location);
    }
  });

  it("external_id_provider_name: Optional. NOTE: If this is not provided, then all of the user's third party login references will be deleted", async () => {
    const { unlink, links } = await startNewspark(['facebook', 'janrain/yahoo', 'gigya']);
    expect(await unlink(required)).toBe(unlinked);
    expect(await links()).toEqual([]);
  });

  it('external_id_provider_name, sub_provider_name: to be provided in lower case, up to 50 characters', async () => {
    const { send, links } = await startNewspark(['facebook', 'janrain/yahoo']);
    for (const [names, parameter] of [
      [{ ...facebook, external_id_provider_name: 'Facebook' }, 'external_id_provider_name'],
      [{ ...facebook, external_id_provider_name: 'f'.repeat(51) }, 'external_id_provider_name'],
      [{ ...facebook, external_id_provider_name: 'unheard' }, 'external_id_provider_name'],
      [janrain('Yahoo'), 'sub_provider_name'],
      [janrain('y'.repeat(51)), 'sub_provider_name'],
    ] as const) {
      const response = await send('POST', { ...required, ...names });
      const location = refused(400006, 'Invalid parameter value', parameter);
      expect(response.headers.get('location')).toBe(location);
    }
    expect(await links()).toEqual(['facebook', 'janrain/yahoo']);
  });

  it("sub_provider_name: NOTE 1 If this is set to `all`, then all of the user's Janrain login will be deleted", async () => {
    const { send, read } = await startNewspark(['janrain/yahoo', 'janrain/googleplus', 'facebook']);
    const page = await read(await send('GET', { ...required, ...janrain('all') }));
    expect(page.items.toSorted()).toEqual(['Janrain (Google+)', 'Janrain (Yahoo)']);
  });

  it('sub_provider_name: NOTE 2 This has to be set to `none` if you are deleting a third party login other than Janrain', async () => {
    const { send, links } = await startNewspark(['facebook', 'janrain/yahoo']);
    for (const names of [{ ...facebook, sub_provider_name: 'all' }, janrain('none')]) {
      const response = await send('GET', { ...required, ...names });
      const location = refused(400006, 'Invalid parameter value', 'sub_provider_name');
      expect(response.headers.get('location')).toBe(location);
    }
    expect(await links()).toEqual(['facebook', 'janrain/yahoo']);
  });
});

describe('Examples', () => {
  const everything = ['facebook', 'janrain/gigya', 'janrain/yahoo'];
  it.each([
    ["1: Unlinks the user's account from Facebook connect", 'POST', facebook, everything.slice(1)],
    ['2: from ALL of its third party login references', 'GET', { sub_provider_name: 'none' }, []],
    ["3: from ALL Janrain's third party logins", 'POST', janrain('all'), ['facebook']],
    [
      "4: from the Gigya sub_provider of Janrain's third party logins",
      'POST',
      janrain('gigya'),
      ['facebook', 'janrain/yahoo'],
    ],
  ])('Example %s', async (_title, method, names, left) => {
    const { send, read, links } = await startNewspark(everything);
    const { fields } = await read(await send(method, { ...required, ...names }));
    const done = await send('POST', fields);
    expect(done.status).toBe(303);
    expect(done.headers.get('location')).toBe(unlinked);
    expect(await links()).toEqual(left);
    // The same again: nothing of that name is left, and the page is told.
    const again = await send(method, { ...required, ...names });
    const location = refused(400106, 'Not connected', 'external_id_provider_name');
    expect(again.headers.get('location')).toBe(location);
  });
});
