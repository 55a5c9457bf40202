import type { Site } from '../config/sites.ts';

const pathOf = ({ publicUrl }: Site): string => new URL(publicUrl).pathname.replace(/\/$/, '');

// A body that a host has read already cannot be handed on; that there was one must be.
const withoutBody = (url: URL, { method, headers, signal }: Request): Request => {
  const moved = new Request(url, { method, headers, signal });
  moved.headers.set('Content-Length', '1');
  return moved;
};

/**
 * Makes what takes the path of `publicUrl` away from addresses, so that a handler works wherever it is mounted: many
 * hosts hand on the whole address, and some take their own part of it away before.
 */
export const createUnmount = (sites: Site[]): ((request: Request) => Request) => {
  const bases = [...new Set(sites.map(pathOf))].toSorted((one, other) => other.length - one.length);
  if (bases.join('') === '') return (request) => request;
  return (request) => {
    const url = new URL(request.url);
    const base = bases.find((one) => url.pathname.startsWith(`${one}/`));
    if (!base) return request;
    url.pathname = url.pathname.slice(base.length);
    if (request.bodyUsed) return withoutBody(url, request);
    const { method, headers, body, signal } = request;
    return new Request(url, { method, headers, body, signal, ...(body && { duplex: 'half' }) });
  };
};
