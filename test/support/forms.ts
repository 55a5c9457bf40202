// The rest of the client is there: what is waited for here is shorter than its way would be.
// oxlint-disable-next-line no-unassigned-import -- for that alone
import '../../src/browser/calls/create-calls.ts';
import { Window } from 'happy-dom';
import { createClient, enhanceForms, type FormOptions } from 'outro';
import { echoing } from './echoing.ts';
import { expect, vi } from 'vitest';

export const action = '/action/v2/unlinkaccount';
export const done = 'https://shop.example/userprofile?unlinkaccount=unlinked';

// newspark-unlinkaccount, Examples 1 to 4, their template variables filled in.
export const fields = {
  vhost: '12',
  uid: '34',
  redirectUrl: '/userprofile',
  external_id_provider_name: 'facebook',
  sub_provider_name: 'none',
};

export type Fields = Record<string, string | undefined>;

export const form = (
  given: Fields = {},
  attributes = `action="${action}" id="unlinkForm" method="POST"`,
) => {
  const inputs = Object.entries({ ...fields, ...given })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${value}" />`);
  return `<form name="input" ${attributes}>${inputs.join('')}<input type="submit" value="Unlink" /></form>`;
};

export const query = 'vhost=12&amp;uid=34&amp;sub_provider_name=none&amp;redirectUrl=/userprofile';
export const link = `<a href="${action}?${query}" target="_new"> <b>Click</b> to Unlink </a>`;

/** A page with unlink forms and a backend that answers as told. */
export const open = (
  html: string,
  options: FormOptions = {},
  unlinkAnswer: object = { errorCode: 0 },
) => {
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
    timeout: 500,
    fetch: echoing(async (input, init) => {
      const request = new Request(input, init);
      if (request.url.endsWith('getUserInfo')) return Response.json({ errorCode: 0, UID: '34' });
      const body = new URLSearchParams(await request.text());
      const named = ['email', 'externalIdProviderName', 'subProviderName'].filter((name) =>
        body.has(name),
      );
      sent.push(Object.fromEntries(named.map((name) => [name, body.get(name) ?? ''])));
      return answer();
    }),
  });
  const visited: string[] = [];
  const native = vi
    .spyOn(window.HTMLFormElement.prototype, 'submit')
    .mockImplementation(() => undefined);
  const navigate = (url: string): void => void visited.push(url);
  const undo = enhanceForms(client, { document, navigate, confirm: () => true, ...options });
  const settled = (): Promise<void> => vi.waitFor(() => expect(isBusy()).toBe(false), 5000);
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
export const wait = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
