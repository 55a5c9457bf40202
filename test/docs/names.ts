import { listNames, type NameGroup } from '../../src/facade/names.ts';
import { heading, section, table, tick } from './markdown.ts';

const meanings: Record<NameGroup['kind'], string> = {
  works: 'does what the vendor’s does, as far as it leads out',
  answered: 'answers once, by callback, promise and `onError`, with 400096 and what to use instead',
  ignored: 'succeeds and changes nothing, since nothing is lost by it',
};

/** `src/docs/gigya-names.md`. */
export const makeNames = (): string =>
  section(
    heading('Names of the vendor’s API'),
    'What pages call on `window.gigya`, and what becomes of it. A name that is not here answers like those that are answered: no page throws because it calls one. `gigya.services` has the same `socialize` and `accounts`.',
    table([
      ['kind', 'names', 'what'],
      ...Object.entries(meanings).map(([kind, text]) => [
        kind,
        String(listNames().filter(([, group]) => group.kind === kind).length),
        text,
      ]),
    ]),
    'Names that lead in go to your own sign-in where the page says where that is: `onSignIn` in `window.__gigyaConf`, a function that is given `{ method, params, url }` and waited for, or an address, which gets the page as `return`. On pages of `localhost`, or with `development: true` in the configuration, the console says once for each name what to use.',
    table([
      ['name', 'kind', 'what it does, or what to use instead'],
      ...listNames()
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([path, { kind, text, leadsIn }]) => [
          tick(`gigya.${path}`),
          leadsIn ? `${kind}, or \`onSignIn\`` : kind,
          text || '-',
        ]),
    ]),
  );
