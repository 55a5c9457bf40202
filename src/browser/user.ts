import type { WireIdentity, WireUser } from '../core/user.ts';

/** An identity as pages read it; a missing field is `''`. */
export type Identity = Required<{
  [Field in keyof WireIdentity]: WireIdentity[Field] | '';
}> &
  Record<string, unknown>;

/**
 * The user as pages read it: a missing field is `''`, so that unguarded code such as
 * `response.user.email.length` works; identities by provider (an array that has them by provider as well,
 * when all were asked for).
 *
 * @see gigya-protocol section 3.3
 */
export type User = Required<{
  [Field in keyof Omit<WireUser, 'providers' | 'identities' | 'capabilities'>]:
    | WireUser[Field]
    | '';
}> & {
  UID: string;
  providers: string[];
  capabilities: Record<string, boolean>;
  identities: Record<string, Identity>;
} & Record<string, unknown>;
