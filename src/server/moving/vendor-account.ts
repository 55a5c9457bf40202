import { findProviderId } from '../../providers/providers.ts';
import { normalLoginId } from '../rules/login-name.ts';
import type { Trouble } from '../rules/newcomer.ts';
import { readIso } from './account-line.ts';
import { uidIn, type SourceRecord } from './source.ts';

/** How accounts of a vendor are read. */
export interface VendorOptions {
  /** Whoever has a login id has a password, too: of an export that leaves passwords out. */
  passwordWayIn: boolean;
}

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';

const isFalse = (value: unknown): boolean => /^(false|0)$/i.test(String(value));

const profileNames = [
  'nickname',
  'firstName',
  'lastName',
  'email',
  'photoURL',
  'thumbnailURL',
] as const;
const tokenNames = ['authToken', 'tokenSecret', 'refreshToken', 'idToken'] as const;

const pick = (from: Fields, names: readonly string[]): Fields =>
  Object.fromEntries(
    names.filter((name) => !isEmpty(from[name])).map((name) => [name, from[name]]),
  );

// Fields that are read, or say what others say.
const accountNames =
  'UID isRegistered isActive created createdTimestamp loginIDs password profile identities'.split(
    ' ',
  );
const identityNames = [
  'provider',
  'providerUID',
  'allowsLogin',
  'isLoginIdentity',
  'lastLoginTime',
  'mappedProviderUIDs',
  'expiration',
  'tokenExpiration',
  ...tokenNames,
  ...profileNames,
];

const othersOf = (from: unknown, names: readonly string[], prefix = ''): string[] =>
  isFields(from)
    ? Object.keys(from)
        .filter((name) => !names.includes(name) && !isEmpty(from[name]))
        .map((name) => `${prefix}${name}`.slice(0, 100))
    : [];

const secondsOf = (value: unknown): number | undefined => {
  const number = Number(value);
  if (!Number.isFinite(number) || number <= 0)
    return typeof value === 'string' && readIso(value) ? Number(readIso(value)) / 1000 : undefined;
  // Some fields of the vendor are milliseconds.
  return number > 1e11 ? number / 1000 : number;
};

// What a list of names is written as: a list, or one text with commas between.
const listOf = (value: unknown): unknown[] => {
  if (Array.isArray(value)) return value as unknown[];
  return typeof value === 'string' ? value.split(/[,;]\s*/).filter((one) => one !== '') : [];
};

const leftOut = (path: string, text: string): Trouble => ({ kind: 'leftOut', path, text });

/** What is turned, and where it stood, so that a trouble names it by its own name. */
interface Turned {
  line: Fields;
  paths: Record<string, string>;
  troubles: Trouble[];
}

const turnIdentity = (one: Fields, path: string, { troubles }: Turned): Fields | undefined => {
  const provider = findProviderId(String(one['provider']));
  if (provider === undefined) {
    troubles.push(leftOut(`${path}.provider`, 'is no provider that outro knows; left out'));
    return undefined;
  }
  const seen = one['lastLoginTime'];
  const lastLoginTime = secondsOf(seen);
  const isOdd = !isEmpty(seen) && Number(seen) !== 0;
  const isTime = lastLoginTime !== undefined && lastLoginTime * 1000 <= Date.now() + 86_400_000;
  if (isOdd && !isTime) troubles.push(leftOut(`${path}.lastLoginTime`, 'is no time; left out'));
  const expiration = secondsOf(one['tokenExpiration'] ?? one['expiration']);
  const mapped = one['mappedProviderUIDs'];
  return {
    provider,
    providerUID: one['providerUID'],
    allowsLogin: isEmpty(one['allowsLogin']) ? true : one['allowsLogin'],
    ...(isTime && { lastLoginTime }),
    ...(Array.isArray(mapped) &&
      mapped.length > 0 && {
        mappedProviderUIDs: mapped.map((each) =>
          isFields(each) ? pick(each, ['apiKey', 'providerUID']) : each,
        ),
      }),
    ...pick(one, tokenNames),
    ...(expiration !== undefined && { tokenExpiration: expiration }),
    ...pick(one, profileNames),
  };
};

const turnIdentities = (given: unknown, turned: Turned): Fields[] => {
  const { line, paths } = turned;
  if (isEmpty(given)) return [];
  // What is no list is refused by its name.
  line['identities'] = given;
  if (!Array.isArray(given)) return [];
  const identities = given.flatMap((one: unknown, index): Fields[] => {
    const path = `identities.${index}`;
    if (!isFields(one)) return [{ provider: undefined, path }];
    // The site's own sign-in is no provider's.
    if (one['provider'] === 'site') return [];
    const identity = turnIdentity(one, path, turned);
    return identity ? [{ ...identity, path }] : [];
  });
  line['identities'] = identities.map(({ path, ...identity }, index) => {
    paths[`identities.${index}`] = String(path);
    return identity;
  });
  return identities;
};

const hasPassword = (account: Fields, { passwordWayIn }: VendorOptions): boolean => {
  const password = account['password'];
  if (password === undefined) return passwordWayIn;
  return isFields(password)
    ? ['hash', 'compoundHash', 'hashSettings'].some((name) => !isEmpty(password[name]))
    : !isEmpty(password);
};

const sameEmail = (one: unknown, other: unknown): boolean => {
  const name = normalLoginId('email', String(one));
  return name !== undefined && name === normalLoginId('email', String(other));
};

/** Login ids, verified and unverified apart; a password opens what is verified, else what there is. */
const turnLoginIds = (account: Fields, identities: Fields[], turned: Turned, opens: boolean) => {
  const given = isFields(account['loginIDs']) ? account['loginIDs'] : {};
  const isSites =
    opens ||
    listOf(account['identities']).some((one) => isFields(one) && one['provider'] === 'site');
  const found = [
    ...listOf(given['username']).map((value, at) => ({ value, kind: 'username', at })),
    ...listOf(given['emails']).map((value, at) => ({ value, kind: 'emails', at })),
    ...listOf(given['unverifiedEmails']).map((value, at) => ({ value, kind: 'unverified', at })),
  ];
  const isFirst = ({ value, kind }: (typeof found)[number], index: number): boolean =>
    kind === 'username' ||
    found.findIndex((one) => one.kind !== 'username' && sameEmail(one.value, value)) === index ||
    normalLoginId('email', String(value)) === undefined;
  const kept = found.filter(isFirst);
  const isVerified = kept.some(({ kind }) => kind !== 'unverified');
  turned.line['loginIDs'] = kept.map(({ value, kind, at }, index) => {
    const field = kind === 'unverified' ? 'unverifiedEmails' : kind;
    turned.paths[`loginIDs.${index}`] =
      kind === 'username' ? 'loginIDs.username' : `loginIDs.${field}.${at}`;
    const from = identities.filter((one) => kind !== 'username' && sameEmail(one['email'], value));
    const providers = [...new Set(from.map(({ provider }) => provider))];
    return {
      value,
      kind: kind === 'username' ? 'username' : 'email',
      verified: kind !== 'unverified',
      ...(opens && (kind !== 'unverified' || !isVerified) && { wayIn: 'password' }),
      ...(providers.length > 0 && { providers, isSites }),
    };
  });
};

const turnCreated = (account: Fields, { line, troubles }: Turned): void => {
  const { created, createdTimestamp } = account;
  const text =
    isEmpty(created) && Number(createdTimestamp) > 0
      ? new Date(Number(createdTimestamp)).toISOString()
      : created;
  if (isEmpty(text)) return;
  if (typeof text === 'string' && readIso(text)) line['created'] = text;
  else troubles.push(leftOut('created', 'is no time of the past; left out'));
};

/**
 * An account in the vendor's words (`accounts.search`, its exports), as a line of ours: UID to the letter, login ids with
 * verified and unverified apart, a way in where there is a password, identities with what they hold, times as they were.
 *
 * @see beside.md section 7
 */
export const turnAccount = (record: SourceRecord, options: VendorOptions): SourceRecord => {
  const account = record.line;
  if (record.isRefused || !isFields(account)) return record;
  const turned: Turned = { line: { UID: account['UID'] }, paths: {}, troubles: [] };
  const uid = uidIn(account);
  for (const name of ['isRegistered', 'isActive'])
    if (!isEmpty(account[name]) && isFalse(account[name]))
      return {
        ...record,
        uid,
        isRefused: true,
        troubles: [{ kind: 'inactive', path: name, text: 'is false: no account that is in use' }],
      };
  // Its own, where the site has given none.
  turned.line['isSiteUID'] = !/^_gu?id_/.test(uid ?? '');
  turnCreated(account, turned);
  const profile = account['profile'];
  if (isFields(profile)) turned.line['profile'] = pick(profile, profileNames);
  const identities = turnIdentities(account['identities'], turned);
  turnLoginIds(account, identities, turned, hasPassword(account, options));
  const others = listOf(account['identities']).flatMap((one) =>
    othersOf(one, identityNames, 'identities.'),
  );
  return {
    ...record,
    uid,
    line: turned.line,
    paths: turned.paths,
    troubles: turned.troubles,
    ignored: [
      ...othersOf(account, accountNames),
      ...othersOf(profile, profileNames, 'profile.'),
      ...new Set(others),
    ],
  };
};
