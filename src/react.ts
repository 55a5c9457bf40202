/** The door `outro/react`: a client's connections and its logout as hooks, for React 18 and later. */
import {
  createContext,
  createElement,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react';
import type { ReactElement, ReactNode } from 'react';
import { followReceipt } from './browser/calls/follow-receipt.ts';
import type { Client } from './browser/client.ts';
import type { Response } from './browser/response.ts';
import type { Identity } from './browser/user.ts';
import { fail, type OutroError } from './core/error.ts';
import type { Receipt } from './core/receipt.ts';

export type { ConnectionsAttributes } from './connections-jsx.ts';

/** What `useConnections` knows at present. */
export interface ConnectionsState {
  /** Every connected identity; empty until somebody is known to be signed in. */
  connections: readonly Identity[];
  /** `failed`: the backend could not be asked; `connections` are those last known. */
  status: 'loading' | 'signed-in' | 'signed-out' | 'failed';
  /** Why the last reading failed. */
  error: OutroError | undefined;
}

/** What `useConnections` gives: the state, and functions that stay the same for a client. */
export interface Connections extends ConnectionsState {
  /** Asks again, as after a sign-in that did not load the page anew; never rejects. */
  refresh: () => Promise<void>;
  /** The client's `removeConnection`; resolves when `connections` are up to date, rejects with what was refused. */
  remove: Client['removeConnection'];
  /** The client's `explainRemoval`: what `remove` would do. */
  explain: Client['explainRemoval'];
}

/** What `useLogout` knows of this page's logout. */
export interface LogoutState {
  isPending: boolean;
  /** What was over after the last logout. */
  receipt: Receipt | undefined;
  /** Why the last logout was refused. */
  error: OutroError | undefined;
}

/** What `useLogout` gives. */
export interface Logout extends LogoutState {
  /** The client's `logout`; rejects with what was refused, which is also in `error`. */
  logout: (...given: Parameters<Client['logout']>) => Promise<Response>;
}

/** What `useReceipt` gives. */
export interface ReceiptState {
  receipt: Receipt;
  /** Nothing is `pending` any more. */
  isComplete: boolean;
}

const loading: ConnectionsState = { connections: [], status: 'loading', error: undefined };
const signedOut: ConnectionsState = { ...loading, status: 'signed-out' };
const idle: LogoutState = { isPending: false, receipt: undefined, error: undefined };

// What components read and wait for; `open` runs while anybody does, and gives back what ends it.
const createState = <State>(initial: State, open: () => () => void = () => () => {}) => {
  const listeners = new Set<() => void>();
  let state = initial;
  let close: (() => void) | undefined;
  return {
    read: () => state,
    readOnServer: () => initial,
    write: (next: State) => {
      state = next;
      for (const listener of listeners) listener();
    },
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      if (listeners.size === 1) close = open();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) close?.();
      };
    },
  };
};

const createConnections = (client: Client) => {
  let reading: AbortController | undefined;
  let latest: Promise<void> | undefined;
  const state = createState(loading, () => {
    const stops = [
      client.on('connectionRemoved', () => void refresh()),
      client.on('logout', () => settle(signedOut)),
    ];
    void refresh();
    return () => {
      for (const stop of stops) stop();
      // Whoever reads next may be another person's page: nothing is shown from before.
      settle(loading);
    };
  });
  const settle = (next: ConnectionsState): void => {
    reading?.abort();
    reading = undefined;
    state.write(next);
  };
  const read = async (mine: AbortController): Promise<void> => {
    const { signal } = mine;
    const next = await client.getUserInfo({ includeAllIdentities: true, signal }).then(
      ({ user }): ConnectionsState =>
        user.UID
          ? // Asked for all, they come as a list.
            {
              connections: user.identities,
              status: 'signed-in',
              error: undefined,
            }
          : signedOut,
      (error: OutroError): ConnectionsState => ({ ...state.read(), status: 'failed', error }),
    );
    if (reading === mine) settle(next);
    // Overtaken by a newer reading, whose end is then also the end of this one.
    else if (reading) await latest;
  };
  const refresh = (): Promise<void> => {
    reading?.abort();
    reading = new AbortController();
    latest = read(reading);
    return latest;
  };
  const remove: Client['removeConnection'] = async (params) => {
    const response = await client.removeConnection(params);
    await latest;
    return response;
  };
  return { state, actions: { refresh, remove, explain: client.explainRemoval } };
};

const createLogout = (client: Client) => {
  const state = createState(idle);
  const logout: Logout['logout'] = async (params) => {
    state.write({ ...idle, isPending: true });
    try {
      const response = await client.logout(params);
      state.write({ ...idle, receipt: response.receipt });
      return response;
    } catch (error) {
      state.write({ ...idle, error: error as OutroError });
      throw error;
    }
  };
  return { state, actions: { logout } };
};

interface Shared {
  connections: ReturnType<typeof createConnections>;
  logout: ReturnType<typeof createLogout>;
}

// All components of a client share one reading, and know of one logout.
const clients = new WeakMap<Client, Shared>();
const Context = createContext<Client | undefined>(undefined);

/** Gives a client to the hooks below it: make the client once, outside of components. */
export const OutroProvider = (given: { client: Client; children?: ReactNode }): ReactElement =>
  createElement(Context.Provider, { value: given.client }, given.children);

/**
 * The client of the nearest `OutroProvider`.
 *
 * @throws missingParameter when there is none
 */
export const useOutro = (): Client =>
  useContext(Context) ??
  fail('missingParameter', 'client: expected <OutroProvider client={…}> around this component');

const useShared = <Name extends keyof Shared>(name: Name): Shared[Name] => {
  const client = useOutro();
  let shared = clients.get(client);
  if (!shared) {
    shared = { connections: createConnections(client), logout: createLogout(client) };
    clients.set(client, shared);
  }
  return shared[name];
};

/**
 * The signed-in person's connections, as they are now: read when the first component asks, and again when one is removed
 * here, in another tab, in another browser or at the provider; empty as soon as a logout is heard. On the server, and
 * until the page is interactive, `loading`. Reading stops with the last component; a removal under way goes on.
 *
 * @throws missingParameter without an `OutroProvider`
 * @see core/methods.ts `getUserInfo`, `removeConnection`, `explainRemoval`
 */
export const useConnections = (): Connections => {
  const { state, actions } = useShared('connections');
  const present = useSyncExternalStore(state.subscribe, state.read, state.readOnServer);
  return { ...present, ...actions };
};

/**
 * Logs out, and says how that stands; every component of the client sees the same.
 *
 * @throws missingParameter without an `OutroProvider`
 * @see core/methods.ts `logout`
 */
export const useLogout = (): Logout => {
  const { state, actions } = useShared('logout');
  const present = useSyncExternalStore(state.subscribe, state.read, state.readOnServer);
  return { ...present, ...actions };
};

const nothing: Receipt = [];

const isPending = (receipt: Receipt): boolean => receipt.some(({ status }) => status === 'pending');

/**
 * The receipt of a call as it stands by now: what was `pending` turns when it has ended, though the page was away meanwhile.
 *
 * @param response what `remove`, `logout` or another call of the client gave; absent until there is one.
 * @throws missingParameter without an `OutroProvider`
 * @see core/methods.ts `getReceipt`; events.md "receipt"
 */
export const useReceipt = (
  response: Pick<Response, 'callId' | 'receipt'> | undefined,
): ReceiptState => {
  const client = useOutro();
  const [told, setTold] = useState<{ callId: string; receipt: Receipt }>();
  const { callId, receipt: given = nothing } = response ?? {};
  const waits = isPending(given);
  useEffect(() => {
    if (callId === undefined || !waits) return undefined;
    // It may have ended before anybody was here to hear of it.
    const hear = (receipt: Receipt): void => setTold({ callId, receipt });
    return followReceipt(client, callId, given, hear, true);
  }, [client, callId, waits]);
  const receipt = told && told.callId === callId ? told.receipt : given;
  return { receipt, isComplete: response !== undefined && !isPending(receipt) };
};
