import { fail } from '../../core/error.ts';
import type { MethodRow } from '../../core/methods.ts';

/** Names that narrow what a method does, or guard it: left out by a slip, it would do more than was asked for. */
const guards = [
  'provider',
  'providerUID',
  'lastIdentityHandling',
  'removeLoginID',
  'forceProvidersLogout',
  'sessions',
  'UID',
  'email',
];

// Names that mean something of their own, and come near one of the above.
const others = /^(cid|sid|sdk|gid|oid|pid|tid|rid|did|id|session)$/;

// As it may have been meant: without case, brackets, dashes, and the plural.
const plain = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\[.*|[^a-z]/g, '')
    .replace(/s$/, '');

/** Whether one text becomes the other by so many letters that are left out, added, changed or exchanged. */
const isWithin = (one: string, other: string, letters: number): boolean => {
  if (one === other) return true;
  if (letters === 0 || Math.abs(one.length - other.length) > letters) return false;
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const [rest, otherRest] = [one.slice(at), other.slice(at)];
  return (
    isWithin(rest.slice(1), otherRest.slice(1), letters - 1) ||
    isWithin(rest.slice(1), otherRest, letters - 1) ||
    isWithin(rest, otherRest.slice(1), letters - 1) ||
    (rest[0] === otherRest[1] &&
      rest[1] === otherRest[0] &&
      isWithin(rest.slice(2), otherRest.slice(2), letters - 1))
  );
};

// How many letters a slip may have changed: in a short name one letter is another name.
const lettersOf = ({ length }: string): number => (length > 6 ? 2 : length > 4 ? 1 : 0);

const meant = guards.map((guard) => ({
  guard,
  form: plain(guard),
  letters: lettersOf(guard),
}));

const compare = (name: string): string | undefined => {
  if (others.test(name.toLowerCase())) return undefined;
  const given = plain(name);
  return meant.find(({ form, letters }) => isWithin(given, form, letters))?.guard;
};

// What every client sends besides is compared once; whoever invents names does not push those out.
const compared = new Map<string, string | undefined>();
const comparedAtMost = 200;
const longestCompared = 50;

/** The guarding name that an unknown parameter comes near, if it does: plural, with brackets, or a letter or two off. */
const nearMiss = (name: string): string | undefined => {
  if (compared.has(name)) return compared.get(name);
  const near = compare(name);
  if (compared.size < comparedAtMost && name.length <= longestCompared) compared.set(name, near);
  return near;
};

const knownNames = new WeakMap<MethodRow, ReadonlySet<string>>();

/** The names that a method, or any, knows; in lower case. */
const knownTo = (row: MethodRow): ReadonlySet<string> => {
  const found =
    knownNames.get(row) ??
    new Set(
      [...Object.keys(row.params()._zod.def.shape), ...guards].map((name) => name.toLowerCase()),
    );
  knownNames.set(row, found);
  return found;
};

/**
 * Refuses a parameter that a method does not know and that comes near one that narrows it: left out by a slip, that would
 * let the method do more.
 *
 * @throws invalidParameter
 * @see design.md section 4 "unknown parameters"
 */
export const refuseNearMisses = (row: MethodRow, names: Iterable<string>): void => {
  const known = knownTo(row);
  for (const name of names) {
    const near = known.has(name.toLowerCase()) ? undefined : nearMiss(name);
    if (near !== undefined)
      fail('invalidParameter', `${name.slice(0, 50)}: unknown; did you mean ${near}?`);
  }
};
