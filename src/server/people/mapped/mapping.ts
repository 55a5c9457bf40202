/** What a column is compared with or set to. */
export type Value = string | number | boolean | null;

/**
 * Conditions that all hold: `{ type: 'oauth' }`, `{ deleted_at: null }`, `{ providerId: { not: 'credential' } }`, which
 * an empty column does not meet.
 */
export type Is = Readonly<Record<string, Value | { not: Value }>>;

/** A column as spelled, a path into a column of JSON, or one value for the whole table. */
export type Field =
  | string
  | { json: readonly [column: string, ...path: string[]] }
  | { value: string };

/** Rows of one table of the site. */
export interface Rows {
  /** As spelled in the database. */
  table: string;
  /** Default: the mapping's, else `public`. */
  schema?: string;
  /** Which of its rows count. */
  where?: Is;
  /** How a row ends where it is not deleted: `{ deleted_at: { now: true } }`, `{ google_id: null }`. */
  ends?: { set: Readonly<Record<string, Value | { now: true }>> };
}

/** Where people are. Their row is what every change locks. */
export interface UserRows extends Rows {
  /** A unique column: uuid, integer or text. */
  id: string;
  email?: string;
}

/** Where it stands which person at a provider belongs to whom; one row each. */
export interface IdentityRows extends Rows {
  user: string;
  provider: Field;
  subject: Field;
  /** What the site calls providers, where outro calls them otherwise: `{ 'azure-ad': 'microsoft' }`. */
  providers?: Readonly<Record<string, string>>;
  /** Columns of the provider's tokens. */
  tokens?: Partial<Readonly<Record<'access' | 'refresh' | 'id', string>>>;
  /** Opens a token that the site keeps sealed; what throws, or gives nothing, was sealed by another key. */
  open?: (sealed: string) => string | Promise<string>;
  /** `handed`: the row has only the first sign-in's tokens, or none; the newest come by `signedIn`. Default `row`. */
  newest?: 'row' | 'handed';
  /** What a soft removal writes. Default: null into every column of tokens. */
  soft?: Readonly<Record<string, Value>>;
  /**
   * A table with a row for each sign-in that is under way, which the library updates or deletes in the transaction that
   * writes an identity, and its column that says when the sign-in began: by it the guard tells who comes back.
   */
  began?: { table: string; schema?: string; column: string };
  /** Whether people sign in with these. Default true. */
  signsIn?: boolean;
}

/** Where the site's sessions are; a session without its row opens nothing, but what `outlives` says. */
export interface SessionRows extends Rows {
  user: Field;
  /** What `identify` names it by. */
  key: Field;
  /** When it runs out; never, where the column has null. Numbers say what they count. */
  expires?: string | { column: string; as: 'seconds' | 'milliseconds' };
  /** When the person signed in. */
  since?: string;
  /** Requests in flight may write the row again after it is deleted. */
  returns?: boolean;
  /** What still opens without the row, in a sentence for the receipt. */
  outlives?: string;
}

/**
 * Sessions that are signed tokens and have no rows: known as far as `signedIn` has told of them by an id of their own, which
 * stays when they are renewed. They end by a list of those that are over; `isLive` reads it, for 30 days.
 */
export interface TokenSessions {
  tokens: true;
  /** What still opens without that list being asked, in a sentence for the receipt. */
  outlives?: string;
}

/** Rows each of which lets their person in. */
export interface WayInRows extends Rows {
  user: string;
  kind: 'password' | 'passkey' | 'code';
}

/**
 * Where a site keeps its people, as `fromTables` reads and changes it. No column is ever added to these tables.
 *
 * @see design.md section 7
 */
export interface Mapping {
  /** Where tables are, unless they say otherwise. Default `public`. */
  schema?: string;
  users: UserRows;
  identities: IdentityRows | readonly IdentityRows[];
  sessions?: SessionRows | readonly SessionRows[] | TokenSessions;
  waysIn?: readonly WayInRows[];
  /** Statements that follow each removal, in its transaction: `$1` user, `$2` provider as the site calls it, `$3` subject. */
  after?: readonly string[];
}
