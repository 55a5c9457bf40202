import type { Departure, Outcome, Step, StepStatus, Way } from '../../core/receipt.ts';
import { forgetConnection } from './fedcm.ts';
import { leaveByFrame } from './frame.ts';
import { leaveByScript } from './script.ts';
import { attempt, genuine } from '../page.ts';
import { limitsOf, type Post } from '../request.ts';
import { leaveByWindow, type AskTrip } from './window.ts';

/** Where departures happen and how long all of them may take together. */
export interface DeparturePlace {
  document: Document | undefined;
  /** Milliseconds. */
  limit: number;
  /** Whether this page may be left for the providers' own pages; then no window is opened. */
  fullPage: boolean | undefined;
  post: Post;
}

/** What leaving came to. */
export interface Left {
  receipt: Step[];
  /** Where this page is to go now, if it may; it is led back here. */
  goTo?: string | undefined;
}

const inconclusive: StepStatus[] = ['blocked', 'failed', 'unsupported'];

const noPage: Outcome = { status: 'unsupported', reason: 'there is no page to leave from' };

/**
 * Ends the sessions at the providers, all at once, each by its ways in order until one is conclusive, and reports
 * one `provider-session` step for each; never rejects and never outlasts the limit.
 *
 * @see browser-logout.md
 */
export const leaveProviders = async (
  departures: Departure[],
  place: DeparturePlace,
): Promise<Left> => {
  const end = Date.now() + place.limit;
  const askTrip: AskTrip = (departure) =>
    place.post('socialize.getDeparture', { departure }, limitsOf(Math.max(1, end - Date.now())));
  const view = place.document && genuine(place.document, 'defaultView');
  const trips = new Map<string, ReturnType<typeof leaveByWindow>>();
  let goTo: string | undefined;
  // The pages of a trip speak the language of the page that begins it.
  const lang = attempt(() => genuine(place.document as Document, 'documentElement').lang) ?? '';
  const spoken = `lang=${encodeURIComponent(lang)}`;
  const speak = (url: string): string =>
    lang && /\/leave\/[\w-]+$/.test(url) ? `${url}?${spoken}` : url;

  const leave = async (way: Way, provider: string): Promise<Outcome> => {
    const { document, fullPage } = place;
    const limit = Math.max(0, end - Date.now());
    if (way.by === 'none') return { status: 'unsupported', reason: way.reason };
    // A `javascript:` address would run in the page's own origin.
    if ('url' in way && !/^https?:\/\//.test(way.url))
      return { status: 'failed', reason: 'the logout address is not http or https' };
    if (way.by === 'link') return { status: 'needs-user', reason: way.reason, url: way.url };
    if (!view || !document) return noPage;
    if (way.by === 'script') return leaveByScript(way, view, limit);
    if (way.by === 'frame') return leaveByFrame(way.url, document, limit);
    if (way.by === 'page') {
      if (!fullPage) return { status: 'unsupported', reason: 'this page is not to be left' };
      goTo = `${way.url}?return=${encodeURIComponent(view.location.href)}&${spoken}`;
      const reason = 'this page now goes there and comes back; getDeparture then says the outcome';
      return { status: 'pending', reason, url: way.url };
    }
    if (way.by === 'popup' && fullPage) return { status: 'blocked' };
    if (way.by !== 'popup') return { status: 'failed', reason: 'a way this version does not know' };
    // One window visits all providers of a trip.
    const url = speak(way.url);
    const trip = trips.get(way.trip) ?? leaveByWindow({ ...way, url }, view, limit, askTrip);
    trips.set(way.trip, trip);
    const { refused, receipt = [] } = await trip;
    const step = receipt.find((one) => one.provider === provider);
    return refused ?? step ?? { status: 'asked', reason: 'asked in a window; no answer in time' };
  };

  const receipts = await Promise.all(
    departures.map(async (departure): Promise<Step[]> => {
      const provider = departure?.provider;
      const forgotten =
        departure?.fedcm && view
          ? forgetConnection(provider, departure.fedcm, view, place.limit)
          : [];
      let outcome: Outcome = { status: 'failed', reason: 'the backend named no way to leave' };
      for (const way of departure?.ways ?? []) {
        outcome = await leave(way, provider).catch((error: unknown) => ({
          status: 'failed',
          reason: String(error),
        }));
        // What came of a window is the provider's answer, or the person's.
        if (way.by === 'popup' && outcome.status !== 'blocked') break;
        if (!inconclusive.includes(outcome.status)) break;
      }
      const { status, reason } = outcome;
      // Asked is not done: the person may want to see to it.
      const rest = status === 'asked' && departure.ways.find(({ by }) => by === 'link');
      const { url } = rest && 'url' in rest ? rest : outcome;
      const step: Step = {
        step: 'provider-session',
        provider,
        status,
        ...(reason && { reason }),
        ...(url && { url: speak(url) }),
      };
      return [...(await forgotten), step];
    }),
  );
  return { receipt: receipts.flat(), goTo };
};
