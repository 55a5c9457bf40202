import type { Hears, Meaning } from './row.ts';
import {
  findProviderId,
  newestFact,
  providerRow,
  type Confidence,
  type Logout,
  type ProviderId,
  type ProviderName,
  type ProviderRow,
} from './providers.ts';

/** A way to end the session at a provider that is one: not the reason why there is none. */
export type LogoutWay = Exclude<Logout, { by: 'none' }>;

/** What outro can do about a provider, as far as is known before anybody has signed in. */
export interface Support {
  /** The id that the spelling stands for. */
  provider: string;
  /** The name people know. */
  name: string;
  /** Whether people can still sign in there. */
  status: ProviderRow['status'];
  /**
   * The best that can come of ending the person's session there: `confirmed`, seen to be over (a visit: only where the
   * site has set `probe` for the provider, else it is `asked`); `asked`, nobody can know more; `person`, only the person
   * can do it, on a page there; `no`, nothing ends it.
   */
  endsSession: 'confirmed' | 'asked' | 'person' | 'no';
  /** How, in order of preference; a script may be among them that ends only what it keeps on this site. */
  by: readonly LogoutWay[];
  /** What a removal takes back: the person's consent, a token only, or nothing. */
  revokes: 'grant' | 'token' | 'no';
  /** What the provider tells the backend when the person does it there: taking the permission away, signing out. */
  hears: 'removals' | 'logouts' | 'both' | 'no';
  /** The provider's page where the person sees the connected sites and can remove one, where it is known. */
  connectedApps?: string;
  /** How far each answer can be relied on; where it is no, how far the source as a whole can. */
  confidence: Record<
    'endsSession' | 'revokes' | 'hears' | 'connectedApps',
    Confidence | 'unverified'
  >;
  /** Where it was read. */
  source: string;
  /** Month of the newest fact in the table, such as 2026-08. */
  seen: string;
}

const meaningsOf = (message: Hears): Meaning[] => {
  if (message.kind === 'webhook') return message.events.map(({ means }) => means);
  if (message.kind === 'security-event')
    return Object.values(message.means).map((one) => (typeof one === 'string' ? one : one.means));
  const isRemoval = message.kind === 'deauthorize' || message.kind === 'data-deletion';
  return [isRemoval ? 'removed' : 'signed-out'];
};

const heardFrom = ({ hears = [] }: ProviderRow): Support['hears'] => {
  const meanings = hears.flatMap(meaningsOf);
  if (!meanings.includes('removed')) return meanings.length === 0 ? 'no' : 'logouts';
  return meanings.includes('signed-out') ? 'both' : 'removals';
};

const best = ['confirmed', 'asked', 'person', 'no'] as const;

// A window or page that came back proves the trip only, and a back-channel token comes after a "No" too. Providers that
// send one speak OpenID Connect in full, so that `prompt=none` can be asked of them; a signed answer needs no question.
const outcomeOf = (way: LogoutWay, row: ProviderRow): Support['endsSession'] => {
  if (way.by === 'script') {
    if (way.ends === 'site') return 'no';
    return way.answers ? 'confirmed' : 'asked';
  }
  if (way.by === 'visit')
    return row.hears?.some(({ kind }) => kind === 'logout-token') ? 'confirmed' : 'asked';
  if (way.by === 'saml') return 'confirmed';
  return way.by === 'link' ? 'person' : 'asked';
};

/**
 * What outro can do about a provider: for a page that says so before anybody clicks, or for a server that chooses.
 *
 * @param provider any spelling that outro knows: ids, aliases, `oidc-<name>` and `saml-<name>`, in any case.
 * @returns `undefined` for a provider that the table does not know
 * @see providers.md
 */
export function supports(provider: ProviderId): Support;
export function supports(provider: ProviderName | (string & {})): Support | undefined;
export function supports(provider: string): Support | undefined {
  const id = findProviderId(provider);
  const row = id === undefined ? undefined : providerRow(id);
  if (id === undefined || !row) return undefined;
  const { name, status, source, logout, revoke, connectedApps } = row;
  const by = logout.filter((way): way is LogoutWay => way.by !== 'none');
  const endsSession = best.find((one) => by.some((way) => outcomeOf(way, row) === one)) ?? 'no';
  const decisive = by.find((way) => outcomeOf(way, row) === endsSession && endsSession !== 'no');
  const call = revoke?.by === 'request' ? revoke : undefined;
  return {
    provider: id,
    name,
    status,
    endsSession,
    by,
    revokes: call?.removes ?? 'no',
    hears: heardFrom(row),
    ...(connectedApps && { connectedApps: connectedApps.url }),
    confidence: {
      endsSession: decisive?.confidence ?? row.confidence,
      revokes: call?.confidence ?? row.confidence,
      hears: row.hears?.[0]?.confidence ?? row.confidence,
      connectedApps: connectedApps?.confidence ?? row.confidence,
    },
    source,
    seen: newestFact,
  };
}
