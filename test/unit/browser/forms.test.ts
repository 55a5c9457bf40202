import { Window } from 'happy-dom';
import { createClient, enhanceForms, type FormOptions, type Response as Answer } from 'outro';
import { afterEach, describe, expect, it, vi } from 'vitest';

const action = '/action/v2/unlinkaccount';
const done = 'https://shop.example/userprofile?unlinkaccount=unlinked';

// newspark-unlinkaccount, Examples 1 to 4, their template variables filled in.
const fields = {
  vhost: '12',
  uid: '34',
  redirectUrl: '/userprofile',
  external_id_provider_name: 'facebook',
  sub_provider_name: 'none',
};

type Fields = Record<string, string | undefined>;

const form = (
  given: Fields = {},
  attributes = `action="${action}" id="unlinkForm" method="POST"`,
) => {
  const inputs = Object.entries({ ...fields, ...given })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${value}" />`);
  return `<form name="input" ${attributes}>${inputs.join('')}<input type="submit" value="Unlink" /></form>`;
};

const query = 'vhost=12&amp;uid=34&amp;sub_provider_name=none&amp;redirectUrl=/userprofile';
const link = `<a href="${action}?${query}" target="_new"> <b>Click</b> to Unlink </a>`;

/** A page with unlink forms and a backend that answers as told. */
const open = (html: string, options: FormOptions = {}, unlinkAnswer: object = { errorCode: 0 }) => {
  const window = new Window({ url: 'https://shop.example/account/settings' });
  const document = window.document as unknown as Document;
  document.body.innerHTML = html;
  document.cookie = 'glt_key=token; path=/';
  const sent: Record<string, string>[] = [];
  let answer: () => Promise<Response> | Response = () => Response.json(unlinkAnswer);
  const client = createClient({
    apiKey: 'key',
    apiDomain: 'outro.example',
    document,
    timeout: 50,
    async fetch(input, init) {
      const request = new Request(input, init);
      if (request.url.endsWith('getUserInfo')) return Response.json({ errorCode: 0, UID: '34' });
      const body = new URLSearchParams(await request.text());
      const named = ['email', 'externalIdProviderName', 'subProviderName'].filter((name) =>
        body.has(name),
      );
      sent.push(Object.fromEntries(named.map((name) => [name, body.get(name) ?? ''])));
      return answer();
    },
  });
  const visited: string[] = [];
  const native = vi
    .spyOn(window.HTMLFormElement.prototype, 'submit')
    .mockImplementation(() => undefined);
  const navigate = (url: string): void => void visited.push(url);
  const undo = enhanceForms(client, { document, navigate, ...options });
  const settled = (): Promise<void> => vi.waitFor(() => expect(isBusy()).toBe(false));
  const isBusy = (): boolean => visited.length + native.mock.calls.length === 0;
  const dispatch = (selector: string, event: object): boolean =>
    document.querySelector(selector)?.dispatchEvent(event as Event) ?? false;
  return {
    window,
    document,
    sent,
    visited,
    native,
    undo,
    settled,
    answers: (next: typeof answer) => (answer = next),
    /** Whether the browser went its native way at once. */
    submit: (given: { submitter?: Element | null } = {}): boolean => {
      const event = new window.SubmitEvent('submit', { bubbles: true, cancelable: true });
      const submitter = given.submitter ?? document.querySelector('input[type=submit]');
      Object.defineProperty(event, 'submitter', { value: submitter });
      return dispatch('form', event);
    },
    click: (given: object = {}, selector = 'b'): boolean => {
      const init = { bubbles: true, cancelable: true, ...given };
      return dispatch(selector, new window.MouseEvent('click', init));
    },
  };
};

// Longer than any answer here takes, so that "nothing was sent" means something.
const wait = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a form', () => {
  it.each([
    ['Example 1', {}, { externalIdProviderName: 'facebook', subProviderName: 'none' }],
    [
      'Example 3',
      { external_id_provider_name: 'janrain', sub_provider_name: 'all' },
      { externalIdProviderName: 'janrain', subProviderName: 'all' },
    ],
    [
      'Example 4',
      { external_id_provider_name: 'janrain', sub_provider_name: 'gigya' },
      { externalIdProviderName: 'janrain', subProviderName: 'gigya' },
    ],
    [
      'without external_id_provider_name',
      { external_id_provider_name: undefined },
      { subProviderName: 'none' },
    ],
    ['without both', { external_id_provider_name: undefined, sub_provider_name: undefined }, {}],
  ])('%s unlinks through the client, then goes to redirectUrl', async (_, given, names) => {
    const { submit, settled, sent, visited, native } = open(form(given));
    expect(submit()).toBe(false);
    await settled();
    expect(sent).toEqual([names]);
    expect(visited).toEqual([done]);
    expect(native).not.toHaveBeenCalled();
  });

  it('added later counts too; one for something else does not', async () => {
    const { submit, settled, document, visited } = open('<form action="/search"></form>');
    expect(submit({ submitter: null })).toBe(true);
    document.body.innerHTML = form();
    expect(submit()).toBe(false);
    await settled();
    expect(visited).toEqual([done]);
  });

  it('whose fields are called like properties of a form works all the same', async () => {
    const { submit, settled, native, answers, document } = open(form());
    // What a browser does by itself when a field has such a name.
    const field = document.querySelector('input');
    for (const name of ['submit', 'action'])
      Object.defineProperty(document.querySelector('form'), name, { value: field });
    answers(() => Promise.reject(new TypeError('connection refused')));
    expect(submit()).toBe(false);
    await settled();
    expect(native).toHaveBeenCalledOnce();
  });
});

describe('a link', () => {
  it('Example 2 unlinks all, on a plain click anywhere in it', async () => {
    const { click, settled, sent, visited } = open(link);
    expect(click()).toBe(false);
    await settled();
    expect(sent).toEqual([{ subProviderName: 'none' }]);
    expect(visited).toEqual([done]);
  });

  it.each([
    { ctrlKey: true },
    { metaKey: true },
    { shiftKey: true },
    { altKey: true },
    { button: 1 },
  ])('clicked with %j is the browser’s', async (given) => {
    const { click, sent } = open(link);
    expect(click(given)).toBe(true);
    await wait();
    expect(sent).toEqual([]);
  });

  it('to elsewhere, and a click on nothing, are left alone', () => {
    const { click } = open(`<a href="/else"><b>x</b></a><i>y</i>`);
    expect([click(), click({}, 'i')]).toEqual([true, true]);
    expect(open(link.replace('<a', '<a download')).click()).toBe(true);
  });
});

describe('left to the server, which knows better', () => {
  it.each<[string, string]>([
    ['a redirectUrl on another origin', form({ redirectUrl: 'https://evil.example/' })],
    ['a redirectUrl that looks like a path', form({ redirectUrl: '//evil.example/' })],
    ['the same with a backslash', form({ redirectUrl: '/\\evil.example/' })],
    ['a redirectUrl that is script', form({ redirectUrl: 'javascript:alert(1)' })],
    ['a redirectUrl that is a blob', form({ redirectUrl: 'blob:https://shop.example/1' })],
    ['a redirectUrl with a user name', form({ redirectUrl: 'https://a@shop.example/' })],
    ['a redirectUrl that is no address', form({ redirectUrl: 'http://[' })],
    ['no redirectUrl', form({ redirectUrl: undefined })],
    ['an empty uid', form({ uid: '' })],
    ['no vhost', form({ vhost: undefined })],
    ['a misspelt provider name', form({ externalIdProviderName: 'facebook' })],
    ['a repeated name', form().replace('</form>', '<input name="uid" value="35" /></form>')],
    ['fields in the address of the action', form({}, `action="${action}?a=b" method="POST"`)],
    ['an action that only begins like ours', form({}, `action="${action}s" method="POST"`)],
  ])('%s', async (_, html) => {
    const { submit, sent } = open(html);
    expect(submit()).toBe(true);
    await wait();
    expect(sent).toEqual([]);
  });

  it.each(['name="uid"', 'formaction="/x"', 'formtarget="_top"'])(
    'a pressed button with %s',
    (attribute) => {
      const html = form().replace('</form>', `<button ${attribute}>x</button></form>`);
      const { submit, document } = open(html);
      expect(submit({ submitter: document.querySelector('button') })).toBe(true);
    },
  );

  it('a page made for somebody else: nothing is unlinked, the server refuses', async () => {
    const { submit, settled, sent, native } = open(form({ uid: '35' }));
    expect(submit()).toBe(false);
    await settled();
    expect(sent).toEqual([]);
    expect(native).toHaveBeenCalledOnce();
  });

  it('a default that a handler of the page prevented, however late it was added', async () => {
    for (const html of [form(), link]) {
      const { document, submit, click, sent } = open(html);
      for (const name of ['submit', 'click'])
        document.addEventListener(name, (event) => event.preventDefault());
      expect(html === link ? click() : submit()).toBe(false);
      // oxlint-disable-next-line no-await-in-loop -- one page after the other
      await wait();
      expect(sent).toEqual([]);
    }
  });
});

describe('the outcome', () => {
  it.each([
    [
      { errorCode: 400106, errorMessage: 'Not connected' },
      '?unlinkaccount=error&errorCode=400106&reason=Not+connected',
    ],
    [
      {
        errorCode: 400006,
        errorMessage: 'Invalid parameter value',
        errorDetails: 'sub_provider_name: expected none',
      },
      '?unlinkaccount=error&errorCode=400006&reason=Invalid+parameter+value&parameter=sub_provider_name',
    ],
  ])('%j goes into the query as the server writes it', async (answer, expected) => {
    const { submit, settled, visited } = open(form(), {}, answer);
    submit();
    await settled();
    expect(visited).toEqual([`https://shop.example/userprofile${expected}`]);
  });

  it('an empty provider name is refused, not taken for all', async () => {
    const { submit, settled, visited, sent } = open(form({ external_id_provider_name: '' }));
    submit();
    await settled();
    expect(sent).toEqual([]);
    expect(new URL(visited[0] ?? '').searchParams.get('parameter')).toBe(
      'external_id_provider_name',
    );
  });

  it('keeps query and fragment of redirectUrl and replaces an earlier outcome', async () => {
    const redirectUrl = '/p?tab=2&amp;unlinkaccount=error&amp;errorCode=1&amp;reason=x#links';
    const { submit, settled, visited } = open(form({ redirectUrl }));
    submit();
    await settled();
    expect(visited).toEqual(['https://shop.example/p?tab=2&unlinkaccount=unlinked#links']);
  });

  it('is told to onDone, before the page is left; what it throws harms nobody', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const order: string[] = [];
    const onDone = ({ errorCode }: Answer): never => {
      order.push(`told ${errorCode}`);
      throw new Error('bad callback');
    };
    const navigate = (url: string): void => void order.push(url);
    const { submit } = open(form(), { onDone, navigate });
    submit();
    await vi.waitFor(() => expect(order).toEqual(['told 0', done]));
    expect(log).toHaveBeenCalledOnce();
  });
});

describe('the service out of reach', () => {
  const down: [string, () => Promise<Response>][] = [
    ['refuses', () => Promise.reject(new TypeError('connection refused'))],
    ['hangs', () => new Promise(() => {})],
    ['answers garbage', async () => new Response('<html>', { status: 502 })],
  ];

  it.each(down)('it %s: a form is sent as without script', async (_, answer) => {
    const onDone = vi.fn();
    const { submit, settled, answers, native, document, visited } = open(form(), { onDone });
    answers(answer);
    submit();
    await settled();
    expect(native.mock.contexts).toEqual([document.querySelector('form')]);
    expect([visited, onDone.mock.calls]).toEqual([[], []]);
  });

  it.each(down)('it %s: a link leads where it says', async (_, answer) => {
    const onDone = vi.fn();
    const { click, settled, answers, visited } = open(link, { onDone });
    answers(answer);
    click();
    await settled();
    expect(visited).toEqual([`https://shop.example${action}?${query.replaceAll('&amp;', '&')}`]);
    expect(onDone).not.toHaveBeenCalled();
  });
});

describe('while one is under way', () => {
  it('a second submit does nothing, until the page was left or stayed', async () => {
    let leave = (): void => {};
    const navigate = vi.fn(() => new Promise<void>((resolve) => (leave = resolve)));
    const { submit, sent } = open(form(), { navigate });
    expect([submit(), submit()]).toEqual([false, false]);
    await vi.waitFor(() => expect(navigate).toHaveBeenCalledOnce());
    expect(submit()).toBe(false);
    await wait();
    expect(sent).toHaveLength(1);
    leave();
    await wait();
    submit();
    await vi.waitFor(() => expect(sent).toHaveLength(2));
  });

  it('by default the page is left through its location', async () => {
    const { submit, window } = open(form(), { navigate: undefined });
    const assign = vi.spyOn(window.location, 'assign').mockImplementation(() => {});
    submit();
    await vi.waitFor(() => expect(assign.mock.calls).toEqual([[done]]));
  });

  it('a navigation that fails is logged and leaves the page usable', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const navigate = (): never => {
      throw new Error('no router');
    };
    const { submit, sent } = open(form(), { navigate });
    submit();
    await vi.waitFor(() => expect(log).toHaveBeenCalledOnce());
    await wait();
    submit();
    await vi.waitFor(() => expect(sent).toHaveLength(2));
  });
});

describe('undone', () => {
  it('forms and links are plain again', () => {
    const { submit, click, undo } = open(form() + link);
    undo();
    expect([submit(), click()]).toEqual([true, true]);
  });

  it('without a page there is nothing to do', () => {
    const client = createClient({ apiKey: 'key', apiDomain: 'outro.example' });
    expect(enhanceForms(client)()).toBeUndefined();
  });
});
