import type { Client } from '../browser/client.ts';
import type { CallOptions, Response } from '../browser/response.ts';
import type { User } from '../browser/user.ts';
import { success, type Envelope } from '../core/envelope.ts';
import { fail } from '../core/error.ts';
import { listNames } from './names.ts';

/** What the page says for all calls, as far as the names of this table listen to it. */
export interface NameConf {
  /** Where people sign in: a function that is told what was called, or an address. */
  onSignIn?: unknown;
  /** Say on the console what to use instead; by default on pages of this machine only. */
  development?: unknown;
}

/** What `onSignIn` is told. */
export interface SignInRequest {
  /** As the page has called it: `accounts.showScreenSet`. */
  method: string;
  /** What it was given, such as `provider` or `screenSet`. */
  params: Record<string, unknown>;
  /** The page, to come back to. */
  url: string;
}

/** Answers a call of a name that the start of the script does not do by itself; it rejects with the refusal. */
export type AnswerName = (
  client: Client,
  path: string,
  params: CallOptions & Record<string, unknown>,
  conf: NameConf,
) => Promise<Envelope | Response>;

// Milliseconds in which a browser leaves a page, if it does.
const leavingTime = 5000;

const addressOf = (name: string, given: unknown): URL => {
  const url = URL.canParse(String(given), location.href) && new URL(String(given), location.href);
  return url && /^https?:$/.test(url.protocol)
    ? url
    : fail('invalidParameter', `${name}: expected an address, got ${String(given).slice(0, 100)}`);
};

const signIn: AnswerName = async (client, path, params, { onSignIn }) => {
  const { onSignIn: _conf, signal: _signal, timeout: _timeout, ...rest } = params;
  if (typeof onSignIn === 'function')
    await onSignIn({ method: path, params: rest, url: location.href } satisfies SignInRequest);
  else {
    const url = addressOf('onSignIn', onSignIn);
    url.searchParams.set('return', location.href);
    location.assign(url);
    // Of a page that is left nobody waits for an answer.
    await new Promise((resolve) => setTimeout(resolve, leavingTime));
  }
  if (path.includes('.show')) return success();
  const reading: Promise<{ UID?: string; user?: User }> = path.startsWith('a')
    ? client.getAccountInfo({})
    : client.getUserInfo({});
  const { UID, user } = await reading;
  const found = user?.UID ?? UID;
  return found
    ? success({ UID: found, user })
    : fail('operationCanceled', `${path}: nobody has signed in`);
};

// The vendor would keep these too: a page must not believe that they were.
const unkept = ['data', 'preferences', 'subscriptions', 'password', 'newPassword', 'username'];

const hide = ({ containerID }: Record<string, unknown>): Envelope => {
  for (const drawn of document.querySelectorAll('[data-drawn=showEditConnectionsUI]'))
    if (!containerID || drawn.parentElement?.id === containerID) {
      drawn.shadowRoot?.querySelector('dialog')?.close();
      drawn.remove();
    }
  return success();
};

const verify: AnswerName = (client, _path, params) => client.getAccountInfo(params);

const remove: AnswerName = (client, _path, params) => client.deleteAccount(params);

const goOn: AnswerName = async (_client, _path, { redirectURL }) => {
  if (redirectURL) location.assign(addressOf('redirectURL', redirectURL));
  return success();
};

const works: Record<string, AnswerName> = {
  'accounts.session.verify': verify,
  'accounts.verifyLogin': verify,
  'accounts.deleteAccount': remove,
  'socialize.deleteAccount': remove,
  'accounts.removeConnection': (client, _path, params) => client.removeConnection(params),
  async 'accounts.setAccountInfo'(client, _path, params) {
    const other = unkept.find((name) => params[name] !== undefined);
    if (other)
      fail('notSupported', `${other}: outro keeps the profile only; keep it at your server`);
    return client.setAccountInfo(params);
  },
  'accounts.getJWT': (client, _path, params) => client.getJWT(params),
  'socialize.exchangeIdToken': (client, _path, params) => client.exchangeIdToken(params),
  'accounts.hideScreenSet': async (_client, _path, params) => hide(params),
  'socialize.hideUI': async (_client, _path, params) => hide(params),
  'accounts.setSSOToken': goOn,
  setSSOToken: goOn,
};

const told = new Set<string>();

const hint = (path: string, text: string, { development }: NameConf): void => {
  const isHere = /^(localhost|127\..*|\[::1\])$|\.(localhost|test)$/.test(location.hostname);
  if (told.has(path) || !(development ?? isHere)) return;
  told.add(path);
  console.warn(`outro: gigya.${path}: ${text}`);
};

/**
 * Answers the names of the vendor's API that the start of the script leaves to this part: what leads out does, what leads
 * in goes to the site's own sign-in, and the rest is refused with a sentence that says what to use.
 *
 * @throws notSupported, operationCanceled, invalidParameter, and what the client's method throws
 * @see names.ts; gigya-protocol section 2
 */
export const answerName: AnswerName = async (client, path, params, conf) => {
  const act = works[path];
  if (act) return act(client, path, params, conf);
  const [, group] = listNames().find(([one]) => one === path) ?? [];
  if (group?.leadsIn && conf.onSignIn) return signIn(client, path, params, conf);
  const text = group?.text ?? 'outro leads out, and has nothing of that name';
  hint(path, text, conf);
  return group?.kind === 'ignored' ? success() : fail('notSupported', `${path}: ${text}`);
};
