import type { Keyring } from '../config/keyring.ts';
import type { Site } from '../config/sites.ts';
import { destinationOf, siteSessionsPlace } from '../config/webhook-settings.ts';
import type { Delivery, ErrandOutcome } from '../exits/exits.ts';
import type { Outbound } from '../outbound/guarded-fetch.ts';
import { partsOf } from '../rules/announcements.ts';
import { toChangeEvent, type ChangeEvent } from './change-event.ts';
import { signMessage } from './sign-message.ts';

/** What deliveries are made with. */
export interface DelivererContext {
  sites: Map<string, Site>;
  keyring: Keyring;
  outbound: Outbound;
  logError: (entry: { callId: string; path: string; error: unknown }) => void;
}

/** Delivers one announcement to its webhook, within `limit` milliseconds; never rejects. */
export type Deliverer = (delivery: Delivery, limit: number) => Promise<ErrandOutcome>;

const judge = (status: number): ErrandOutcome => {
  if (status >= 200 && status <= 299) return { state: 'done', isDown: false };
  if (status === 410)
    return { state: 'failed', reason: 'the receiver answered 410: it is gone for good' };
  const isRedirect = status >= 300 && status <= 399;
  return {
    state: 'pending',
    reason: `the receiver answered ${status}${isRedirect ? '; redirects are not followed' : ''}`,
    isDown: true,
  };
};

const inTime = async (work: Promise<void>, limit: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${limit} ms`)), limit);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
};

/** Has the site's own function end the site's sessions that went with ours. */
const endAtSite = async (
  { endSession }: Site,
  { data }: ChangeEvent,
  limit: number,
  logError: DelivererContext['logError'],
): Promise<ErrandOutcome> => {
  // Perhaps it was left out by mistake; it can be put back.
  if (!endSession)
    return { state: 'pending', reason: 'endSession is not configured any more', isDown: true };
  const { uid, callId, siteSessions = [] } = data;
  try {
    await inTime(Promise.resolve(endSession({ uid, siteSessions })), limit);
    return { state: 'done', isDown: false };
  } catch (error) {
    logError({ callId, path: 'endSession', error });
    return { state: 'pending', reason: "the site's own endSession failed", isDown: true };
  }
};

/**
 * Makes the function that delivers announcements: signed, to the webhooks that the sites have configured now. What is
 * sent is what the journal knows when it is sent.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md; design.md section 6
 */
export const createDeliverer =
  ({ sites, keyring, outbound, logError }: DelivererContext): Deliverer =>
  async ({ site: apiKey, destination, place, change }, limit) => {
    const site = sites.get(apiKey);
    const event = site && change && toChangeEvent(site, change, partsOf(place).index, keyring);
    if (site && event && destination === siteSessionsPlace)
      return endAtSite(site, event, limit, logError);
    const webhook = site?.webhooks.find(({ url }) => destinationOf(url) === destination);
    // Perhaps it was left out by mistake; it can be put back.
    if (!site || !webhook)
      return { state: 'pending', reason: 'this webhook is not configured any more' };
    if (!event) return { state: 'failed', reason: 'the journal has forgotten this change' };
    const body = JSON.stringify(event);
    const headers = {
      'Content-Type': 'application/cloudevents+json; charset=utf-8',
      'User-Agent': 'outro',
      ...signMessage(webhook.secrets, event.id, body),
    };
    try {
      const request = { method: 'POST', headers, body };
      const { status, retryAfter } = await outbound(webhook.url, request, limit, 'no body');
      return { ...judge(status), ...(retryAfter !== undefined && { retryAfter }) };
    } catch (error) {
      const { message } = error as Error;
      const late = message.startsWith('no answer in') ? ` in ${limit} ms` : '';
      return {
        state: 'pending',
        reason: message.startsWith('refused: ') ? message : `no answer from the receiver${late}`,
        isDown: true,
      };
    }
  };
