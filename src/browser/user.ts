import type { WireIdentity, WireUser } from '../core/user.ts';

/** What the vendor documents of a person and outro does not know: `''`, unless the backend says it. */
type Unknown<Name extends string> = { [Field in Name]: string };

/** The same, of what is a number. */
type UnknownNumbers = {
  [Field in 'age' | 'birthDay' | 'birthMonth' | 'birthYear']: number | '';
};

type Known<Wire> = Required<{ [Field in keyof Wire]: Exclude<Wire[Field], undefined> | '' }>;

type UnknownOfBoth = UnknownNumbers &
  Unknown<
    | 'proxiedEmail'
    | 'profileURL'
    | 'gender'
    | 'country'
    | 'state'
    | 'city'
    | 'zip'
    | 'oldestDataUpdatedTimestamp'
  >;

/** An identity as pages read it; a missing field is `''`. */
export type Identity = Known<WireIdentity> &
  UnknownOfBoth &
  Unknown<
    | 'UID'
    | 'isSiteUID'
    | 'mappedProviderUIDs'
    | 'isExpiredSession'
    | 'missingPermissions'
    | 'lastUpdated'
    | 'lastUpdatedTimestamp'
    | 'oldestDataUpdated'
  >;

/**
 * The user as pages read it: a missing field is `''`, so that unguarded code such as
 * `response.user.email.length` works; identities by provider (an array that has them by provider as well,
 * when all were asked for).
 *
 * @see gigya-protocol section 3.3
 */
export type User = Known<Omit<WireUser, 'providers' | 'identities' | 'capabilities'>> &
  UnknownOfBoth &
  Unknown<'isTempUser' | 'UIDSig' | 'timestamp' | 'iRank' | 'oldestDataAge' | 'time'> & {
    UID: string;
    providers: string[];
    capabilities: Record<string, boolean>;
    identities: Record<string, Identity>;
  };

/** The user with every identity, as `includeAllIdentities` asks for them. */
export type UserWithAll = Omit<User, 'identities'> & { identities: Identity[] };
