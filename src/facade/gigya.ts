import { runSafely } from '../browser/events.ts';
import type { Client } from '../browser/client.ts';
import { respond, type CallOptions, type Response } from '../browser/response.ts';
import { failure } from '../core/envelope.ts';
import { isOutroError, OutroError } from '../core/error.ts';

/** Any number of parameter objects, merged left to right; `null` and `undefined` are skipped. */
type Given = (Record<string, unknown> | null | undefined)[];

/** A method as Gigya pages call it; the promise is ours and never rejects. */
export type GigyaMethod = (...given: Given) => Promise<Response>;

/** `gigya.socialize`, as far as outro speaks it. */
export interface Socialize {
  removeConnection: GigyaMethod;
  logout: GigyaMethod;
  getUserInfo: GigyaMethod;
  /** Takes effect before it returns. */
  addEventHandlers(...given: Given): void;
}

/** `window.gigya`. */
export interface Gigya {
  socialize: Socialize;
  services: { socialize: Socialize };
  isReady: boolean;
}

// A refusal that never reached the client (no key on the page) still answers like any other.
const refuse = (operation: string, params: CallOptions, cause: unknown): Response => {
  const error = isOutroError(cause) ? cause : new OutroError('serverError', undefined, { cause });
  return respond(operation, params.context ?? null, {}, failure(error));
};

/**
 * Dresses a client as `gigya.socialize`: renames and reshapes, decides nothing.
 *
 * @param connect gives the client; asked at each call, so that a page without a key still loads.
 * @param globalConf defaults of every call.
 * @see gigya-protocol section 2
 */
export const createGigya = (connect: () => Client, globalConf: object): Gigya => {
  const merge = (given: Given): CallOptions => Object.assign({}, globalConf, ...given);

  const method =
    (name: 'removeConnection' | 'logout' | 'getUserInfo'): GigyaMethod =>
    (...given) =>
      new Promise((resolve) => {
        const { callback, ...params } = merge(given);
        const answer = (response: Response): void => {
          if (typeof callback === 'function') runSafely(() => callback(response));
          resolve(response);
        };
        try {
          // The callback has the failure too, so the rejection says nothing new.
          const call = connect()[name];
          call({ ...params, callback: answer }).catch(() => {});
        } catch (error) {
          queueMicrotask(() => answer(refuse(name, params, error)));
        }
      });

  const socialize: Socialize = {
    removeConnection: method('removeConnection'),
    logout: method('logout'),
    getUserInfo: method('getUserInfo'),
    addEventHandlers(...given) {
      const params = merge(given);
      try {
        connect().addEventHandlers(params);
      } catch (error) {
        const response = refuse('addEventHandlers', params, error);
        const { callback } = params;
        if (typeof callback === 'function') runSafely(() => callback(response));
      }
    },
  };
  return { socialize, services: { socialize }, isReady: false };
};

/** Marks the library ready: `isReady`, the page's `onGigyaServiceReady`, then the configuration's. */
export const announceReady = (gigya: Gigya, page: object, globalConf: object): void => {
  gigya.isReady = true;
  for (const place of [page, globalConf] as { onGigyaServiceReady?: unknown }[]) {
    const handler = place.onGigyaServiceReady;
    if (typeof handler === 'function') runSafely(() => handler('socialize'));
  }
};
