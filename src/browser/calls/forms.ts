import type { FailureName } from '../../core/codes.ts';
import { isOutroError } from '../../core/is-outro-error.ts';
import { backendOf } from '../backend-of.ts';
import type { Client } from '../client.ts';
import { runSafely } from '../events.ts';
import { genuine } from '../page.ts';
import type { Response } from '../response.ts';

/** How `enhanceForms` works in a page. */
export interface FormOptions {
  /** The page. Default: `document`, if there is one. */
  document?: Document | undefined;
  /**
   * Goes to an address of this site when all is done, or to the link's own when the service cannot be
   * reached from here; no second unlink starts before its promise settles. Default: `document.location.assign`.
   */
  navigate?: ((url: string) => unknown) | undefined;
  /**
   * Asks the person before a link, or a form that only asks (GET), unlinks anything. Default: the browser's own question.
   */
  confirm?: ((question: string) => boolean | Promise<boolean>) | undefined;
  /** Told of the answer, success or failure, before the page is left. */
  onDone?: ((response: Response) => void) | undefined;
}

const path = '/action/v2/unlinkaccount';
const formSelector = 'form[action*="/action/v2/unlinkaccount" i]';
const linkSelector = 'a[href*="/action/v2/unlinkaccount" i]';

// A pressed button that says anything itself is the browser's business.
const ownWill = '[name], [formaction], [formmethod], [formtarget], [formenctype]';

const required = ['vhost', 'uid', 'redirectUrl'];
const optional = ['external_id_provider_name', 'sub_provider_name'];

// Milliseconds for a page to be left: a second click meanwhile would find nothing linked any more.
const leaveTime = 5000;

/** What a form or link asks for. */
interface Asked {
  uid: string;
  names: { externalIdProviderName: string | undefined; subProviderName: string | undefined };
  target: URL;
}

/**
 * Understands a form or link, or leaves it to the server: a misspelt, repeated or missing name would
 * otherwise mean every provider.
 */
const read = (
  given: Iterable<[string, unknown]>,
  action: URL,
  origin: string,
): Asked | undefined => {
  const fields = new Map<string, string>();
  for (const [name, value] of given) {
    if (typeof value !== 'string' || fields.has(name)) return undefined;
    if (![...required, ...optional].includes(name)) return undefined;
    fields.set(name, value);
  }
  if (!required.every((name) => fields.get(name))) return undefined;
  const redirectUrl = fields.get('redirectUrl') ?? '';
  const target = URL.canParse(redirectUrl, action) ? new URL(redirectUrl, action) : undefined;
  // Not by `target.origin`, which `blob:` and a user name in the address share with the page.
  if (!target?.href.startsWith(`${origin}/`)) return undefined;
  return {
    uid: fields.get('uid') ?? '',
    names: {
      externalIdProviderName: fields.get('external_id_provider_name'),
      subProviderName: fields.get('sub_provider_name'),
    },
    target,
  };
};

const unreachable: FailureName[] = ['networkError', 'requestTimeout'];

/** Gives `undefined` where the server, asked without script, knows better. */
const unlink = async (client: Client, { uid, names }: Asked): Promise<Response | undefined> => {
  // The page may have been made for somebody who was signed in before; the server refuses that.
  const isOwn = await client.getUserInfo().then(
    ({ user }) => user.UID === uid,
    () => false,
  );
  if (!isOwn) return undefined;
  let response: Response | undefined;
  try {
    // The callback has the answer of a failure too.
    await client.unlink({ ...names, callback: (answer) => (response = answer) });
  } catch (error) {
    if (isOutroError(error) && unreachable.includes(error.failure)) return undefined;
  }
  return response;
};

const parameterOf = ({ errorDetails = '' }: Response): string | undefined =>
  optional.find((name) => {
    const ours = name.replace(/_./g, ([, letter = '']) => letter.toUpperCase());
    return errorDetails.startsWith(`${name}:`) || errorDetails.startsWith(`${ours}:`);
  });

/** The address with the outcome in its query, as the server's own redirect has it. */
const withOutcome = (target: URL, response: Response): string => {
  const url = new URL(target);
  const parameter = parameterOf(response);
  const outcome = response.errorCode
    ? {
        unlinkaccount: 'error',
        errorCode: String(response.errorCode),
        reason: response.errorMessage,
        ...(parameter && { parameter }),
      }
    : { unlinkaccount: 'unlinked' };
  for (const name of ['unlinkaccount', 'errorCode', 'reason', 'parameter'])
    url.searchParams.delete(name);
  for (const [name, value] of Object.entries(outcome)) url.searchParams.set(name, value);
  return url.href;
};

/**
 * Lets the unlink forms and links of a page, written for `/action/v2/unlinkaccount`, work without a visit to
 * the server's confirmation page: they unlink through the client, then go to their `redirectUrl` with
 * `unlinkaccount=unlinked`, or `unlinkaccount=error` with `errorCode`, `reason` and, where one is at fault,
 * `parameter`. Those of other accounts, with unknown fields or with a `redirectUrl` on another origin go to
 * the server as if there was no script, and so do all when it cannot be reached from here. Forms and links
 * that are added later count too. What leads to a stranger's host is left alone, and links ask first.
 *
 * @returns the function that undoes it.
 * @see newspark-unlinkaccount
 */
export const enhanceForms = (client: Client, options: FormOptions = {}): (() => void) => {
  const document = options.document ?? globalThis.document;
  // Heard last of all, so that every handler of the page had its chance to prevent the default.
  const window = document && genuine(document, 'defaultView');
  if (!window) return () => {};
  const { location } = window;
  const { onDone } = options;
  const navigate =
    options.navigate ??
    ((url: string) => {
      location.assign(url);
      return new Promise((resolve) => setTimeout(resolve, leaveTime));
    });
  let isBusy = false;

  // Only what leads to the backend that the client has, or to the page's own host, which may stand before it.
  const places = [location.origin, backendOf(client)];
  const confirm = options.confirm ?? ((question: string) => window.confirm(question));
  const isSure = async ({ names }: Asked): Promise<boolean> => {
    const name = names.externalIdProviderName;
    return confirm(name ? `Disconnect ${name}?` : 'Disconnect every account?');
  };

  const follow = async (
    asked: Asked,
    goNatively: () => unknown,
    isAsking: boolean,
  ): Promise<void> => {
    if (isAsking && !(await isSure(asked))) return;
    const response = await unlink(client, asked);
    if (!response) return void (await goNatively());
    if (onDone) runSafely(() => onDone(response));
    await navigate(withOutcome(asked.target, response));
  };

  const take = (
    event: Event,
    asked: Asked | undefined,
    goNatively: () => unknown,
    isAsking: boolean,
  ): void => {
    if (!asked) return;
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    follow(asked, goNatively, isAsking)
      .catch((error: unknown) => console.error(error))
      .finally(() => (isBusy = false));
  };

  const addressOf = (element: Element, attribute: string): URL | undefined => {
    // Not by the form's own members: fields of these names hide them.
    const text = window.Element.prototype.getAttribute.call(element, attribute) ?? '';
    const base = genuine(document, 'baseURI');
    const url = URL.canParse(text, base) ? new URL(text, base) : undefined;
    if (url && !places.includes(url.origin)) return undefined;
    return url?.pathname.toLowerCase().endsWith(path) ? url : undefined;
  };

  const onSubmit = (event: SubmitEvent): void => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || !window.Element.prototype.matches.call(form, formSelector))
      return;
    const action = addressOf(form, 'action');
    if (!action || action.search || event.submitter?.matches(ownWill)) return;
    const asked = read(new window.FormData(form), action, location.origin);
    // Not `form.submit()`: a button called "submit" hides it.
    const method = window.Element.prototype.getAttribute.call(form, 'method') ?? 'get';
    const submit = (): void => window.HTMLFormElement.prototype.submit.call(form);
    take(event, asked, submit, !/^post$/i.test(method));
  };

  const onClick = (event: MouseEvent): void => {
    const { button, metaKey, ctrlKey, shiftKey, altKey } = event;
    if (event.defaultPrevented || button || metaKey || ctrlKey || shiftKey || altKey) return;
    const link = (event.target as Element).closest?.(linkSelector);
    const action = link && addressOf(link, 'href');
    if (!action || link.hasAttribute('download')) return;
    take(
      event,
      read(action.searchParams, action, location.origin),
      () => navigate(action.href),
      true,
    );
  };

  window.addEventListener('submit', onSubmit);
  window.addEventListener('click', onClick);
  return () => {
    window.removeEventListener('submit', onSubmit);
    window.removeEventListener('click', onClick);
  };
};
