import { fail } from '../../core/error.ts';
import { insideOf, networkOf, readAddress } from '../config/ip-address.ts';

/** Which proxies are believed: so many before this backend, or those of these networks. */
export type TrustProxy = number | readonly string[];

interface Socket {
  remoteAddress?: string | undefined;
  encrypted?: boolean | undefined;
}

/** Where a request comes from, as its host knows. */
export interface Peer {
  /** IP address of the client, or of the proxy before this backend. */
  address?: string | undefined;
  /** What `@hono/node-server` hands over. */
  incoming?: { socket?: Socket | undefined } | undefined;
}

/** How a request came here. */
export interface Arrival {
  /** The network of the client; `undefined` where this backend cannot know it: then nobody is counted by it. */
  client: string | undefined;
  /**
   * Scheme and host as the client addressed them.
   *
   * @param url of the request.
   * @throws invalidRequest when a trusted proxy says nonsense
   */
  origin(url: URL): string;
}

// Of a header that each proxy appends to, entries that are looked at; nobody has more proxies.
const longestChain = 20;

const valuesOf = ({ headers }: Request, name: string): string[] =>
  (headers.get(name)?.split(',') ?? []).slice(-longestChain).map((value) => value.trim());

// Also as addresses know it: `999.1.1.1` looks like a host, and is none.
const isHost = (text: string): boolean =>
  /^[\w.-]{1,255}(:\d{1,5})?$|^\[[\da-f:.]+\](:\d{1,5})?$/i.test(text) &&
  URL.canParse(`https://${text}/`);

// Whoever is this near is a proxy that nobody has described, where it forwards.
const nearby = '10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 127.0.0.0/8 ::1 fc00::/7';
const isNear = insideOf(nearby.split(' '));

const createWarning = (trust: TrustProxy) => {
  let isSaid = trust !== 0;
  return ([peer, forwarded]: (string | undefined)[]): void => {
    if (isSaid || forwarded === undefined || peer === undefined || !isNear(peer)) return;
    isSaid = true;
    process.emitWarning(
      `${peer} sends X-Forwarded-For, and trustProxy is 0: everybody behind it counts as one client, and https there is http here; set trustProxy to the number of proxies before this backend`,
    );
  };
};

/** How many of a chain, the nearest first, are believed. */
const createTrust = (trust: TrustProxy): ((chain: (string | undefined)[]) => number) => {
  if (typeof trust === 'number') return () => trust;
  const isTrusted = insideOf(trust);
  return (chain) => {
    const first = chain.findIndex((address) => address === undefined || !isTrusted(address));
    return first < 0 ? chain.length : first;
  };
};

/**
 * Makes the function that finds out where a request comes from: over the connection itself, and through proxies only as
 * far as the operator has described them. Each of these appends whom it was asked by; what stands before that, the client
 * may have written.
 *
 * @see design.md section 6 "a proxy chain is described, not guessed"
 */
export const createReception = (trust: TrustProxy) => {
  const believedOf = createTrust(trust);
  const warn = createWarning(trust);
  return (request: Request, { address, incoming }: Peer): Arrival => {
    const { socket } = incoming ?? {};
    const peer = address ?? socket?.remoteAddress;
    const forwarded = valuesOf(request, 'x-forwarded-for').toReversed();
    const chain = [peer, ...forwarded].map((one) => one && readAddress(one));
    warn(chain);
    const believed = believedOf(chain);
    const client = chain[Math.min(believed, chain.length - 1)];
    // What proxy so many steps away has said; one that overwrites leaves a single value.
    const told = (name: string): string | undefined => {
      const values = valuesOf(request, name);
      return believed > 0
        ? values.at(-Math.min(believed, values.length))?.toLowerCase()
        : undefined;
    };
    return {
      client: client && networkOf(client),
      origin(url) {
        // A request may name any scheme in its absolute form; how it came is known by the socket.
        const own = socket ? (socket.encrypted ? 'https' : 'http') : url.protocol.slice(0, -1);
        const scheme = told('x-forwarded-proto') ?? own;
        if (!/^https?$/.test(scheme))
          fail('invalidRequest', 'X-Forwarded-Proto: expected http or https');
        const host = told('x-forwarded-host');
        if (host !== undefined && !isHost(host))
          fail('invalidRequest', 'X-Forwarded-Host: expected a host name');
        return `${scheme}://${host ?? url.host}`;
      },
    };
  };
};
