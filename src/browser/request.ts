import { vendorDomain, type ClientConfig } from './config.ts';

/** Checked parameters, ready for a form body. */
export type WireParams = Record<string, string | number | boolean | undefined>;

/** A request as the vendor's SDK makes it: a form with no header of ours is sent in one round trip, without CORS preflight. */
export const requestOf = ({ apiKey }: ClientConfig, params: WireParams) => {
  const all = { APIKey: apiKey, ...params, authMode: 'cookie', sdk: 'js_outro', format: 'json' };
  // What is undefined falls out on the way through JSON.
  const body = new URLSearchParams(JSON.parse(JSON.stringify(all)) as Record<string, string>);
  return { method: 'POST', body, credentials: 'include' } as const;
};

/** Where a method is: the vendor's own cloud has a host for each namespace, everybody else has one for all. */
export const addressOf = ({ origin }: ClientConfig, path: string): string => {
  const host = `//${path.split('.')[0]}.`;
  const isWhole = !vendorDomain.test(origin) || origin.includes(host);
  return `${isWhole ? origin : origin.replace('//', host)}/${path}`;
};
