// A page of happy-dom with a signed-in person, and a backend that is one function.
import { createHash } from 'node:crypto';
import { Window } from 'happy-dom';
import { createClient } from 'outro';
import { giveDatabases, readTickets } from './tickets.ts';
import { echoing } from './echoing.ts';

// Here at once: what is measured is no loading.
await import('../../src/browser/calls/create-calls.ts');

let count = 0;

/** What the backend does with a request: answer, or fail as a network does. */
export type Backend = (path: string, body: URLSearchParams) => object | Promise<object>;

/** A network that carries nothing. */
export const down: Backend = () => {
  throw new TypeError('Failed to fetch');
};
/** A backend that says done to everything. */
export const up: Backend = () => ({ errorCode: 0, receipt: [{ step: 'session', status: 'done' }] });

/** Opens the page; `open` makes a client in it, `requests` are what the backend was asked. */
export const openPage = (backend: Backend, options: object = {}) => {
  const window = new Window({ url: 'https://shop.example/' });
  const key = `ticket-${(count += 1)}`;
  const databases = giveDatabases(window);
  const cookie = `glt_${key}=the-token`;
  window.document.cookie = `${cookie}; path=/`;
  const page = { backend, requests: [] as { path: string; body: URLSearchParams }[] };
  const open = () =>
    createClient({
      apiKey: key,
      apiDomain: 'outro.example',
      document: window.document as unknown as Document,
      live: false,
      timeout: 500,
      ...options,
      fetch: echoing(async (input, init) => {
        const request = new Request(input, init);
        const path = new URL(request.url).pathname;
        const body = new URLSearchParams(await request.text());
        page.requests.push({ path, body });
        return Response.json(await page.backend(path, body));
      }),
    });
  const kept = () => readTickets(databases, key);
  const paths = (): string[] => page.requests.map(({ path }) => path);
  return Object.assign(page, { window, databases, key, cookie, open, kept, paths });
};

/** The ticket of the page's person. */
export const ticket = createHash('sha256').update('outro leave ticket the-token').digest('base64');
/** Where tickets are redeemed. */
export const redeeming = '/socialize.redeemLeaveTicket';
