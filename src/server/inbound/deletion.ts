import { html } from 'hono/html';
import { tell } from '../../words/receipt.ts';
import { colourOf, signOf } from '../../words/signs.ts';
import { providerName } from '../config/provider-name.ts';
import type { Site } from '../config/sites.ts';
import type { DeletionRequest } from '../exits/exits.ts';
import type { Store } from '../exits/store.ts';
import { disc, head, markOf, sign, steps } from '../wire/page-parts.ts';
import { onlySite, readerOf, writePage, type Reader } from '../wire/page.ts';

const unknownPage = (reader: Reader): Promise<Response> => {
  const { say } = reader.speech;
  const title = say('page.unknown');
  const body = head(disc('ask', 'muted'), title, say('page.unknown.why'));
  return writePage(reader, { title, body, status: 404 });
};

const knownPage = async (found: DeletionRequest, reader: Reader): Promise<Response> => {
  const { say, did, language } = reader.speech;
  const title = say('page.deletion');
  // Whoever reads it may be anywhere; a day is the same as that of the server nearly everywhere.
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' });
  const provider = providerName(reader.site, found.provider);
  const asked = say('page.deletion.asked', { provider });
  const told = tell(found.receipt, (step, isAll) =>
    did(step, providerName(reader.site, step.provider ?? ''), isAll),
  );
  const lines: Parameters<typeof steps>[0] = found.receipt.every(
    ({ status }) => status === 'already',
  )
    ? [[sign('check', 'done'), say('page.deletion.nothing', { provider })]]
    : [...told].map(([text, step]) => [sign(signOf(step), colourOf(step)), text]);
  const mark = await markOf(found.provider, provider);
  const body = html`${head(mark, title, asked)} ${steps(lines)}
    <div class="small muted">
      <p>${say('page.deletion.answered', { time: day.format(found.at) })}</p>
      <p>${say('page.deletion.code')} <code>${found.code}</code></p>
    </div>`;
  return writePage(reader, { title, body });
};

/**
 * The page where a person sees what became of a request to delete data, at the address the provider was given.
 *
 * @param lang that the address names.
 * @see providers.md section 5.1
 */
export const deletionPage = async (
  { store, sites }: { store: Store; sites: ReadonlyMap<string, Site> },
  code: string,
  headers: Headers,
  lang: string | undefined,
): Promise<Response> => {
  const found = /^[0-9a-f]{32}$/.test(code) ? await store.exits.readDeletion(code) : undefined;
  const site = found ? sites.get(found.site) : onlySite(sites);
  const reader = await readerOf(headers, lang, site);
  return found ? knownPage(found, reader) : unknownPage(reader);
};
