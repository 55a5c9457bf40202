import { html, raw } from 'hono/html';
import { marks } from '../../words/marks.ts';
import { initialOf } from '../../words/names.ts';
import { signs, type SignName } from '../../words/signs.ts';

/** A part of a page: every value in it is escaped. */
export type Part = ReturnType<typeof html>;

/** A small picture, which nobody has to hear; further words are classes. */
export const sign = (name: SignName, classes = ''): Part =>
  raw(
    `<svg class="i ${classes}" viewBox="0 0 16 16" aria-hidden="true"><path d="${signs[name]}"/></svg>`,
  );

/** A small picture on a disc, before the heading of a page. */
export const disc = (name: SignName, colour: string): Part =>
  html`<span class="disc ${colour}">${sign(name, 'big')}</span>`;

/** The mark of a provider, or the initial of its name. */
export const markOf = async (provider: string, name: string): Promise<Part> => {
  const id = provider.replace(/^.*\//, '');
  const found = Object.hasOwn(marks, id) ? await marks[id]?.() : undefined;
  const paths = found?.mark.paths.map(
    ([fill, outline]) => `<path${fill && ` fill="${fill}"`} d="${outline}"/>`,
  );
  const picture = paths
    ? raw(`<svg viewBox="0 0 ${found?.mark.box} ${found?.mark.box}">${paths.join('')}</svg>`)
    : initialOf(name);
  return html`<span class="mark" aria-hidden="true">${picture}</span>`;
};

/** The head of a page: a mark or disc, what it is about, and a quieter line. */
export const head = (before: Part | '', title: string, after: Part | string = ''): Part =>
  html`<div class="head">
    ${before}
    <div>
      <h1>${title}</h1>
      ${after === '' ? '' : html`<p class="muted">${after}</p>`}
    </div>
  </div>`;

/** Lines with a small picture each. */
export const steps = (lines: [picture: Part, text: string][]): Part =>
  html`<ul role="list" class="steps">
    ${lines.map(([picture, text]) => html`<li>${picture}<span>${text}</span></li> `)}
  </ul>`;
