import type { Outcome, Receipt, Way } from '../../core/receipt.ts';

/** What the backend knows of a trip so far. */
export type AskTrip = (trip: string) => Promise<{ isComplete?: unknown; receipt?: Receipt }>;

// Milliseconds between two questions to the backend; the window's own addresses cannot be read.
const interval = 250;

/**
 * Visits the providers of a trip in a small window, one after the other, and closes it when the trip has ended or `limit`
 * milliseconds are over. What happened is asked of the backend: a page of another origin
 * can neither be read nor believed.
 *
 * @returns `refused` when no window came about; else what the backend knows of the trip.
 * @see browser-logout.md, rules 2 to 4
 */
export const leaveByWindow = async (
  { url, trip }: Extract<Way, { by: 'popup' }>,
  view: Window,
  limit: number,
  askTrip: AskTrip,
): Promise<{ refused?: Outcome; receipt?: Receipt | undefined }> => {
  const end = Date.now() + limit;
  // Without a gesture the browser would refuse, and tell the person that it did.
  const popup =
    // Browsers that cannot say so are asked by trying.
    view.navigator.userActivation && !view.navigator.userActivation.isActive
      ? null
      : view.open(url, '_blank', 'popup,width=480,height=640');
  if (!popup) {
    const reason = 'the browser opens no window outside a click; call this from a click';
    return { refused: { status: 'blocked', reason } };
  }
  let known: Awaited<ReturnType<AskTrip>> = {};
  while (!known.isComplete && Date.now() + interval < end) {
    await new Promise((resolve) => setTimeout(resolve, interval));
    // Whether the window is closed is not asked: a page or a provider with a Cross-Origin-Opener-Policy cuts the two apart,
    // and it then looks closed while the trip goes on.
    const late = new Promise<undefined>((resolve) => setTimeout(resolve, end - Date.now()));
    known = (await Promise.race([askTrip(trip).catch(() => known), late])) ?? known;
  }
  popup.close();
  return { receipt: known.receipt };
};
