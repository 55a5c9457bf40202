import { html } from 'hono/html';
import { httpStatus, messageOf, type FailureName } from '../../core/codes.ts';
import { OutroError } from '../../core/error.ts';
import { isOutroError } from '../../core/is-outro-error.ts';
import type { PageKey } from '../../words/page-words.ts';
import type { Key } from '../../words/words.ts';
import { disc, head } from './page-parts.ts';
import { writePage, type Reader } from './page.ts';

const sentences: Partial<Record<FailureName, [title: Key | PageKey, why: PageKey]>> = {
  apiRateLimitExceeded: ['page.often', 'page.often.why'],
  serverError: ['reason.other', 'page.fault.why'],
};

/** What is told of an error: nothing of one that nobody expected but what it can be found by in the log. */
export const toRefusal = (error: unknown, callId: string): OutroError =>
  isOutroError(error)
    ? error
    : new OutroError('serverError', `quote callId ${callId} when you report this`);

/**
 * The page for a request that has no place to go back to: what a person can do, and what was wrong with it and expected,
 * in the words of whoever can put it right.
 */
export const refusalPage = (
  reader: Reader,
  error: OutroError,
  status = httpStatus(error.code),
): Promise<Response> => {
  const { say } = reader.speech;
  const [title, why] = sentences[error.failure] ?? ['page.link', 'page.link.why'];
  const body = html`${head(disc('bad', 'danger'), say(title), say(why))}
    <details>
      <summary>${say('page.details')}</summary>
      <div lang="en" dir="ltr" class="small">
        <p>${error.details ?? ''}</p>
        <p>${messageOf(error.failure)} (${String(error.code)})</p>
      </div>
    </details>`;
  return writePage(reader, { title: say(title), body, status });
};
