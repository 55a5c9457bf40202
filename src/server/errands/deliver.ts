import type { ServerContext } from '../caller/context.ts';
import { destinationOf } from '../config/webhook-settings.ts';
import type { Delivery, ErrandOutcome } from '../exits/exits.ts';
import { partsOf } from '../rules/announcements.ts';
import { toChangeEvent } from './change-event.ts';
import { signMessage } from './webhook-signature.ts';

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

/**
 * Makes the function that delivers announcements: signed, to the webhooks that the sites have configured now. What is
 * sent is what the journal knows when it is sent.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md; design.md section 6
 */
export const createDeliverer =
  ({
    sites,
    keyring,
    outbound,
  }: Pick<ServerContext, 'sites' | 'keyring' | 'outbound'>): Deliverer =>
  async ({ site: apiKey, destination, place, change }, limit) => {
    const site = sites.get(apiKey);
    const webhook = site?.webhooks.find(({ url }) => destinationOf(url) === destination);
    // Perhaps it was left out by mistake; it can be put back.
    if (!site || !webhook)
      return { state: 'pending', reason: 'this webhook is not configured any more' };
    const event = change && toChangeEvent(site, change, partsOf(place).index, keyring);
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
      const isRefused = message.startsWith('refused: ');
      return {
        state: 'pending',
        reason: isRefused ? message : 'no answer from the receiver',
        isDown: true,
      };
    }
  };
