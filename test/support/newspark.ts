import { startHouse, type House } from './house.ts';

/** Every parameter of the page's table. */
export const allParameters = [
  'vhost',
  'uid',
  'redirectUrl',
  'external_id_provider_name',
  'sub_provider_name',
] as const;

/** Address of the action on the site's own host. */
export const action = 'https://shop.example/action/v2/unlinkaccount';

/** What the examples of the page send, besides the names. */
export const required = { vhost: '1', uid: '42', redirectUrl: '/userprofile' };

type Params = Record<string, string> | [string, string][];

/** A confirmation page as a browser without script reads it. */
export interface ConfirmationPage {
  status: number;
  text: string;
  /** Names and values of the form's fields. */
  fields: Record<string, string>;
  /** What the page says will be unlinked. */
  items: string[];
}

/** A project with the action switched on, and a person of it in a browser. */
export interface Newspark {
  house: House;
  /** The person's cookie. */
  cookie: string;
  /** Signs a person in with the given links, such as `facebook` or `janrain/yahoo`; gives the cookie. */
  signIn(siteUID: string, ...links: string[]): Promise<string>;
  /** Follows a link (GET) or sends a form (POST). */
  send(method: string, params: Params, cookie?: string): Promise<Response>;
  /** Reads the confirmation page, or fails when the answer is none. */
  read(response: Response): Promise<ConfirmationPage>;
  /** Follows the link, then presses "Unlink"; gives the address that it leads to. */
  unlink(params: Record<string, string>): Promise<string | null>;
  /** What the person is still linked to. */
  links(): Promise<string[]>;
}

/** Starts a project on a site of its own; the person has uid 42 and a password. */
export const startNewspark = async (
  links: string[] = ['facebook'],
  site: Parameters<typeof startHouse>[0] = {},
): Promise<Newspark> => {
  const house = await startHouse({
    vhost: '1',
    actions: { unlinkaccount: [...allParameters] },
    redirects: ['https://account.example'],
    ...site,
  });

  const signIn: Newspark['signIn'] = async (siteUID, ...wanted) => {
    let cookie = '';
    for (const link of wanted) {
      const [provider = '', subProvider = ''] = link.split('/');
      const answer = await house.signIn({
        siteUID,
        providers: { [provider]: { providerUID: `${siteUID} ${link}`, subProvider } },
        loginIDs: [{ value: `${siteUID}@shop.example`, wayIn: 'password' }],
      });
      cookie = `theme=dark; ${String(answer['cookieName'])}=${String(answer['cookieValue'])}`;
    }
    return cookie;
  };
  const cookie = await signIn('42', ...links);

  const send: Newspark['send'] = (method, params, from = cookie) => {
    const form = new URLSearchParams(params);
    const headers = { Cookie: from };
    return house.handler(
      method === 'POST'
        ? new Request(action, { method: 'POST', body: form, headers })
        : new Request(`${action}?${form.toString()}`, { method, headers }),
    );
  };
  const read: Newspark['read'] = async (response) => {
    const text = await response.text();
    const { document } = house.window;
    document.body.innerHTML = text;
    const names = [...document.querySelectorAll('.list .name')];
    const heading = document.querySelector('h1')?.textContent ?? '';
    const inputs = [...document.querySelectorAll('form input')];
    if (!document.querySelector('form button'))
      throw new Error(`no confirmation page: ${response.status} ${text}`);
    return {
      status: response.status,
      text,
      fields: Object.fromEntries(
        inputs.map((input) => [
          input.getAttribute('name') ?? '',
          input.getAttribute('value') ?? '',
        ]),
      ),
      // Of one alone the question itself says it.
      items:
        names.length > 0
          ? names.map((item) => item.textContent.trim())
          : [heading.replace(/^Disconnect (.+)\?$/, '$1')],
    };
  };
  return {
    house,
    cookie,
    signIn,
    send,
    read,
    async unlink(params) {
      const { fields } = await read(await send('GET', params));
      return (await send('POST', fields)).headers.get('location');
    },
    async links() {
      const rows = await house.database.query(
        "select provider || coalesce('/' || nullif(sub_provider, ''), '') as link from outro.identities where site = $1 and state = 'linked' order by 1",
        [house.apiKey],
      );
      return rows.map(({ link }) => String(link));
    },
  };
};
