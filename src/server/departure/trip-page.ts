import { html } from 'hono/html';
import type { Step } from '../../core/receipt.ts';
import type { PageKey } from '../../words/page-words.ts';
import { colourOf, signOf } from '../../words/signs.ts';
import { providerName } from '../config/provider-name.ts';
import type { Trip } from '../exits/trip.ts';
import { disc, head, markOf, sign, type Part } from '../wire/page-parts.ts';
import { pageHeaders, writePage, type Reader } from '../wire/page.ts';
import type { Visit } from './stop.ts';

// Where the trip began is the way back of a site that says none.
const backOf = ({ site, brand }: Reader, { origin }: Pick<Trip, 'origin'>): string | undefined =>
  site?.brand?.home ?? (origin && /^https?:/.test(origin) ? `${origin}/` : brand.home);

/** Nothing is known of the trip. */
export const overPage = (reader: Reader): Promise<Response> => {
  const { say } = reader.speech;
  const title = say('page.none');
  const body = head(disc('ask', 'muted'), title, say('page.none.why'));
  return writePage(reader, { title, body, status: 404 });
};

/** The browser has come back, and does not carry what goes on with the trip. */
export const pausedPage = (reader: Reader): Promise<Response> => {
  const { say } = reader.speech;
  const title = say('page.paused');
  return writePage(reader, {
    title,
    body: head(disc('you', 'link'), title, say('page.paused.why')),
  });
};

/** A stop as a row: its mark, its name, how it stands, and what can be done or seen of it. */
const row = async (
  { site }: Reader,
  provider: string,
  text: string,
  after: Part | '',
  isNow = false,
): Promise<Part> => {
  const name = providerName(site, provider);
  return html`<li class="row" ${isNow ? html`aria-current="step"` : ''}>
    ${await markOf(provider, name)}
    <div class="main">
      <div class="text">
        <div class="name"><bdi>${name}</bdi></div>
        ${text && html`<div class="muted small">${text}</div>`}
      </div>
      ${after}
    </div>
  </li> `;
};

const rows = async (lines: Promise<Part>[]): Promise<Part> =>
  html`<ul role="list" class="list">
    ${await Promise.all(lines)}
  </ul>`;

/** How far the trip is: what has been visited, what is next. */
const progress = ({ stops }: Trip, now: number, reader: Reader): Promise<Part> =>
  rows(
    stops.map(({ provider, leftAt, returnedAt }, index) => {
      const key: PageKey =
        index === now
          ? 'page.now'
          : returnedAt
            ? 'page.visited'
            : leftAt
              ? 'page.skipped'
              : 'page.next';
      const badge = html`<span class="badge">${reader.speech.say(key)}</span>`;
      return row(reader, provider, '', badge, index === now);
    }),
  );

/** A stop that the browser is sent to. */
export interface Sending {
  visit: Visit;
  trip: Trip;
  index: number;
}

/** Sends the browser to a provider's page: by address, or by a form that sends itself. */
export const sendTo = async (
  { visit, trip, index }: Sending,
  reader: Reader,
  cookie: string,
): Promise<Response> => {
  const { url, fields } = visit;
  if (!fields)
    return new Response(null, {
      status: 303,
      headers: { ...pageHeaders, Location: url, 'Set-Cookie': cookie },
    });
  const provider = providerName(reader.site, trip.stops[index]?.provider ?? '');
  const { say } = reader.speech;
  const title = say('page.going', { provider });
  const hidden = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" /> `,
  );
  const body = html`${head(disc('leave', 'link'), title)} ${await progress(trip, index, reader)}
    <form method="post" action="${url}">
      ${hidden}<button type="submit" class="b first">${say('page.go', { provider })}</button>
    </form>`;
  const script = 'document.forms[0].submit()';
  const back = backOf(reader, trip);
  // Where the provider redirects the form to, nobody knows but the provider.
  const response = await writePage(reader, { title, body, origins: 'any', script, back });
  response.headers.set('Set-Cookie', cookie);
  return response;
};

/** How a trip stands. */
export interface Arrival {
  steps: Step[];
  /** Under which it is gone on; absent where this browser may not. */
  url: string | undefined;
  isComplete: boolean;
  trip: Pick<Trip, 'origin'>;
}

/** What it came to, in a sentence, what is left, and what stands for both. */
const outcomeOf = ({ steps, url }: Arrival, { speech }: Reader): [Part, string, string] => {
  const { say, count } = speech;
  const unfinished = steps.filter(({ status }) => status === 'needs-user').length;
  if (steps.every(({ status }) => status === 'done'))
    return [disc('check', 'done'), say('page.out'), say('left.none')];
  if (unfinished > 0 || steps.some(({ status }) => status === 'failed'))
    return unfinished > 0 && url
      ? [disc('you', 'link'), say('page.maybe'), count('left.you', unfinished)]
      : [disc('bad', 'danger'), say('page.maybe'), say('left.open')];
  return [disc('ask', 'muted'), say('page.asked'), say('left.open')];
};

/** What came of each stop. */
export const arrivedPage = async (arrival: Arrival, reader: Reader): Promise<Response> => {
  const { steps, url, isComplete, trip } = arrival;
  const { say, did } = reader.speech;
  const [before, title, left] = outcomeOf(arrival, reader);
  const lines = steps.map((step, index) => {
    const { provider = '', status } = step;
    const name = providerName(reader.site, provider);
    const again =
      status === 'needs-user' && url
        ? html`<a class="b" href="${url}?stop=${index}"
            >${say('go.provider-session', { provider: name })}</a
          >`
        : sign(signOf(step), `big ${colourOf(step)}`);
    return row(reader, provider, did(step, name), again);
  });
  const body = html`${head(before, title, left)} ${await rows(lines)}
  ${isComplete ? html`<p class="muted">${say('page.close')}</p>` : ''}`;
  const back = backOf(reader, trip);
  // Of use where a script opened this window; elsewhere browsers ignore it.
  const script = isComplete ? { script: 'window.close()' } : {};
  return writePage(reader, { title, body, back, ...script });
};
