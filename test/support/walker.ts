import { Window } from 'happy-dom';

/** A page that a walker stands on. */
export interface Stand {
  url: string;
  status: number;
  headers: Headers;
  text: string;
  /** The page's form, where it has one: where it leads and what it holds. */
  form: { action: string; method: string; fields: Record<string, string> } | undefined;
}

/** A browser reduced to what travels: cookies per origin, redirects, forms. It runs no script. */
export interface Walker {
  /** Every address that was asked for, oldest first. */
  trail: string[];
  /** Opens an address and follows redirects. */
  go(url: string, init?: RequestInit): Promise<Stand>;
  /** Sends a page's form, as its script or its button would. */
  submit(stand: Stand): Promise<Stand>;
  /** Sends forms until a page has none. */
  follow(stand: Stand): Promise<Stand>;
}

const read = async (url: string, response: Response): Promise<Stand> => {
  const text = await response.text();
  const { document } = new Window({ url });
  document.body.innerHTML = text.replace(/[^]*<body>/, '');
  const form = document.querySelector('form');
  const fields = [...document.querySelectorAll('input[name]')].map((input) => [
    input.getAttribute('name') ?? '',
    input.getAttribute('value') ?? '',
  ]);
  return {
    url,
    status: response.status,
    headers: response.headers,
    text,
    form: form
      ? {
          action: new URL(form.getAttribute('action') ?? '', url).href,
          method: (form.getAttribute('method') ?? 'get').toUpperCase(),
          fields: Object.fromEntries(fields) as Record<string, string>,
        }
      : undefined,
  };
};

/**
 * Makes a walker.
 *
 * @param hosts answer in memory, by origin; other loopback addresses are really asked, all others are the end.
 */
export const createWalker = (
  hosts: Record<string, (request: Request) => Promise<Response>>,
): Walker => {
  const jars = new Map<string, Map<string, string>>();
  const trail: string[] = [];
  const ask = async (url: string, init: RequestInit): Promise<Response | undefined> => {
    const { origin, hostname } = new URL(url);
    const send = hosts[origin] ?? (hostname === '127.0.0.1' ? fetch : undefined);
    trail.push(url);
    if (!send) return undefined;
    const jar = jars.get(origin) ?? new Map<string, string>();
    jars.set(origin, jar);
    const request = new Request(url, { ...init, redirect: 'manual' });
    request.headers.set('Cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await send(request);
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /max-age=0|expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  };
  const go: Walker['go'] = async (url, init = {}) => {
    const response = await ask(url, init);
    if (!response) return { url, status: 0, headers: new Headers(), text: '', form: undefined };
    const location = response.headers.get('location');
    return location ? go(new URL(location, url).href) : read(url, response);
  };
  const submit: Walker['submit'] = ({ url, form }) => {
    if (!form) throw new Error(`no form at ${url}`);
    return go(form.action, { method: form.method, body: new URLSearchParams(form.fields) });
  };
  const follow = async (stand: Stand, left = 20): Promise<Stand> => {
    if (!stand.form) return stand;
    if (left === 0) throw new Error(`no end of forms at ${stand.url}`);
    return follow(await submit(stand), left - 1);
  };
  return { trail, go, submit, follow };
};
