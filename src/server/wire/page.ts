import { Buffer } from 'node:buffer';
import { html, raw } from 'hono/html';
import { httpStatus } from '../../core/codes.ts';
import type { OutroError } from '../../core/error.ts';
import { lazy } from '../../core/schema.ts';

/** What a confirmation page asks, in words, and what its form sends. */
export interface Question {
  /** Names of what will be unlinked, as people know them. */
  names: string[];
  /** Whether signing in the same way will still open this account. */
  keepsMapping: boolean;
  /** Shown again, because the first answer was too late, used before or not given to this question. */
  isRepeated: boolean;
  action: string;
  fields: Record<string, string | undefined>;
  /** Where "Cancel" leads. */
  cancelUrl: string;
  /** Origins besides this one to which the form's answer may redirect. */
  origins: string[];
}

/** Headers of every answer to a browser that follows a link: nothing is stored, framed, sniffed or passed on. */
export const pageHeaders = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

const style = `:root{color-scheme:light dark}
body{font:1.125rem/1.5 system-ui,sans-serif;margin:0 auto;max-width:36rem;padding:1rem}
button,a{font:inherit;display:inline-block;padding:.5rem 1rem;margin:0 1rem 1rem 0}
[role=alert]{border-inline-start:.25rem solid;padding-inline-start:.75rem}`;

const hashOf = async (text: string): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return `'sha256-${Buffer.from(digest).toString('base64')}'`;
};

const styleHash = lazy(() => hashOf(style));

/** What a page may do besides being read. */
export interface PagePolicy {
  /** Origins besides this one to which a form's answer may redirect; `any` where nobody knows them beforehand. */
  origins?: string[] | 'any';
  /** The one script that runs at its end. */
  script?: string;
}

/**
 * A page of the backend: plain HTML under a strict policy, never stored, framed or passed on.
 *
 * @param body made by `html`, which escapes every value in it.
 */
export const page = async (
  title: string,
  body: ReturnType<typeof html>,
  status: number,
  { origins = [], script }: PagePolicy = {},
): Promise<Response> => {
  const policy = [
    "default-src 'none'",
    `style-src ${await styleHash()}`,
    ...(script ? [`script-src ${await hashOf(script)}`] : []),
    // Browsers hold the redirect after a form against it too.
    ...(origins === 'any' ? [] : [`form-action ${["'self'", ...new Set(origins)].join(' ')}`]),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
  // `html` escapes every value; what it made itself stays as it is.
  const text = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        ${raw(`<style>${style}</style>`)}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
        ${script ? raw(`<script>${script}</script>`) : ''}
      </body>
    </html> `;
  return new Response(String(text), {
    status,
    headers: {
      ...pageHeaders,
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': policy,
    },
  });
};

/**
 * The page that asks before anything is unlinked: plain HTML, without script.
 *
 * @see newspark-unlinkaccount "this action can not be undone"; design.md section 4 "unlink by link"
 */
export const confirmationPage = (question: Question): Promise<Response> => {
  const { names, fields, isRepeated } = question;
  const hidden = Object.entries(fields).map(([name, value]) =>
    value === undefined ? '' : html`<input type="hidden" name="${name}" value="${value}" /> `,
  );
  const body = html`${isRepeated ? html`<p role="alert">Nothing was unlinked: the page was too old or already used. Please confirm once more.</p>` : ''}
    <p>You will no longer be linked to:</p>
    <ul>
      ${names.map((name) => html`<li>${name}</li> `)}
    </ul>
    <p>This can not be undone.</p>
    ${question.keepsMapping ? html`<p>It is your last way to sign in, so signing in with it again will still open this account.</p>` : ''}
    <form method="post" action="${question.action}">
      ${hidden}<button type="submit">Unlink</button> <a href="${question.cancelUrl}">Cancel</a>
    </form>`;
  // A proof that did not hold is a refused request, though the person is asked again.
  return page('Unlink your account', body, isRepeated ? 403 : 200, question);
};

/** The page for a request that has no place to go back to: what was wrong and what was expected. */
export const refusalPage = (error: OutroError, message: string): Promise<Response> =>
  page(
    message,
    html`<p>${error.details ?? ''}</p>
      <p>Nothing was changed. (${String(error.code)})</p>`,
    httpStatus(error.code),
  );
