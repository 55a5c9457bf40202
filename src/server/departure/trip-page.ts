import { html } from 'hono/html';
import type { Step, StepStatus } from '../../core/receipt.ts';
import { providerRow } from '../../providers/providers.ts';
import { page, pageHeaders } from '../wire/page.ts';
import type { Visit } from './stop.ts';

/** Nothing is known of the trip. */
export const overPage = (): Promise<Response> =>
  page(
    'This way out is over',
    html`<p>It is not known here, or it began more than 15 minutes ago.</p>`,
    404,
  );

/** The browser has come back, and does not carry what goes on with the trip. */
export const pausedPage = (): Promise<Response> =>
  page(
    'Signing out',
    html`<p>
      You came back from there. To go on, open the address again at which you began, in the same
      browser.
    </p>`,
    200,
  );

const nameOf = (provider: string): string => providerRow(provider)?.name ?? provider;

/** Sends the browser to a provider's page: by address, or by a form that sends itself. */
export const sendTo = async (visit: Visit, provider: string, cookie: string): Promise<Response> => {
  const { url, fields } = visit;
  if (!fields)
    return new Response(null, {
      status: 303,
      headers: { ...pageHeaders, Location: url, 'Set-Cookie': cookie },
    });
  const hidden = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" /> `,
  );
  const body = html`<form method="post" action="${url}">
    ${hidden}<button type="submit">Go on to ${nameOf(provider)}</button>
  </form>`;
  const script = 'document.forms[0].submit()';
  // Where the provider redirects the form to, nobody knows but the provider.
  const response = await page('Signing out', body, 200, { origins: 'any', script });
  response.headers.set('Set-Cookie', cookie);
  return response;
};

const words: Partial<Record<StepStatus, string>> = {
  done: 'signed out',
  asked: 'asked to sign you out; it does not say whether it did',
  failed: 'said that it did not sign you out',
};

/**
 * What came of each stop.
 *
 * @param url under which the trip is gone on; absent where this browser may not.
 */
export const arrivedPage = (
  steps: Step[],
  url: string | undefined,
  isComplete: boolean,
): Promise<Response> => {
  const lines = steps.map(({ provider = '', status }, index) => {
    const retry = url ? html`; <a href="${url}?stop=${index}">try again</a>` : '';
    return html`<li>${nameOf(provider)}: ${words[status] ?? html`not finished${retry}`}</li> `;
  });
  const body = html`<ul>
      ${lines}
    </ul>
    ${isComplete ? html`<p>You can close this window.</p>` : ''}`;
  // Of use where a script opened this window; elsewhere browsers ignore it.
  return page('Signing out', body, 200, isComplete ? { script: 'window.close()' } : {});
};
