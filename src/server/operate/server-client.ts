import { isEnvelope, type Envelope } from '../../core/envelope.ts';
import { toError } from '../../core/to-error.ts';
import { fail } from '../../core/error.ts';
import { isOutroError } from '../../core/is-outro-error.ts';
import type { GivenParams, MethodRow } from '../../core/methods.ts';
import { signForm } from '../caller/signature.ts';
import { remoteMethods, type RemoteMethodName } from '../methods/rows.ts';
import { refuseNearMisses } from '../wire/near-miss.ts';

/** Parameters of a method as a server writes them: what travels as JSON text may be an object, and a list an array. */
export type ServerParams<Name extends RemoteMethodName> = {
  [Param in keyof GivenParams<(typeof remoteMethods)[Name]>]?:
    | GivenParams<(typeof remoteMethods)[Name]>[Param]
    | object
    | undefined;
} & {
  /** The user that the call is about, with every method that acts on one. */
  UID?: string | undefined;
  /** The same request again under the same key is answered with what the first one was. */
  idempotencyKey?: string | undefined;
};

/** Every method of the backend, each call signed with the site's secret. */
export type ServerClient = {
  [Name in RemoteMethodName]: (params?: ServerParams<Name>) => Promise<Envelope>;
};

/** Where the backend is, and what the site proves itself with. */
export interface ServerClientOptions {
  /** As the backend's `publicUrl` has it. */
  url: string;
  apiKey: string;
  /** Base64, as it was issued. */
  secret: string;
  /** Default: the platform's. */
  fetch?: typeof globalThis.fetch;
  /** Milliseconds that a call may take. Default 10,000. */
  timeout?: number;
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

const textOf = (value: string | number | boolean | object): string => {
  if (isTexts(value)) return value.join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

const textsOf = (params: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(params)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => [name, textOf(value as string | object)]),
  );

/**
 * Makes a client for the site's own server: nobody signs by hand. Each method resolves to the answer, and rejects with an
 * `OutroError` where it is refused (`networkError` where the backend cannot be reached).
 *
 * @see gigya-protocol section 11
 */
export const createServerClient = (options: ServerClientOptions): ServerClient => {
  const { apiKey, secret, fetch = globalThis.fetch, timeout = 10_000 } = options;
  const base = options.url.replace(/\/+$/, '');
  const ask = async (url: string, body: URLSearchParams): Promise<Envelope> => {
    try {
      const signal = AbortSignal.timeout(timeout);
      const answer: unknown = await (await fetch(url, { method: 'POST', body, signal })).json();
      if (isEnvelope(answer)) return answer;
      return fail('networkError', `url: expected an outro backend at ${base}`);
    } catch (cause) {
      if (isOutroError(cause)) throw cause;
      return fail('networkError', `url: ${base} could not be reached`, { cause });
    }
  };
  const call =
    (name: RemoteMethodName) =>
    async (params: object = {}): Promise<Envelope> => {
      const row: MethodRow = remoteMethods[name];
      const texts = textsOf(params);
      // Left out by a slip, a name that narrows a call would let it do more.
      if (row.changes) refuseNearMisses(row, Object.keys(texts));
      const url = `${base}/${row.path}`;
      const answer = await ask(url, await signForm(url, secret, { apiKey, ...texts }));
      if (answer.errorCode !== 0) throw toError(answer);
      return answer;
    };
  const names = Object.keys(remoteMethods) as RemoteMethodName[];
  return Object.fromEntries(names.map((name) => [name, call(name)])) as ServerClient;
};
