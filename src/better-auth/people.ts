import { Buffer } from 'node:buffer';
import type { AuthContext } from '@better-auth/core';
import { providerOf } from '../server/people/mapped/spelling.ts';
import { toSiteChange } from '../server/people/on-change.ts';
import type { Decision, People, Updated, Who } from '../server/people/people.ts';
import type { Account, Change } from '../server/rules/account.ts';
import { claimKey } from './entries.ts';
import type { LeftSessions } from './left-sessions.ts';
import type { OnAuthChange } from './options.ts';
import { loadPerson, type Loaded } from './person.ts';
import { siteKey } from './removals.ts';
import type { Rows } from './rows.ts';
import { findSession, readSessions } from './sessions.ts';
import { writeChange, type Written } from './write-change.ts';
import { hashKey, sessionId } from '../server/people/session-id.ts';

/** What people are kept with. */
export interface PeopleParts {
  rows: Rows;
  auth: AuthContext;
  left: LeftSessions;
  /** Tells open pages that there is something to hear; after the commit. */
  wake: (account: string) => void;
  onChange?: OnAuthChange | undefined;
}

// Rows that may have one subject: other providers may have given somebody the same id.
const subjectsAtMost = 100;

// For so long a browser may have been away with its ticket.
const day = 86_400_000;

const findEndedUser = async (key: string, rows: Rows): Promise<string | undefined> => {
  const session = Buffer.from(hashKey(key)).toString('hex');
  const note = await rows.one('outroEnded', { session });
  return note && !note.spent && note.endedAt.getTime() > Date.now() - day
    ? note.account
    : undefined;
};

/** The id of the person that is meant; that they are there is for the lock to say. */
const findUser = async (who: Who, { rows, auth }: PeopleParts): Promise<string | undefined> => {
  if ('siteSession' in who) {
    const live = await findSession(who.siteSession, rows, auth);
    const found =
      live?.userId ?? (who.evenEnded ? await findEndedUser(who.siteSession, rows) : undefined);
    // Who names one person and the session of another knows neither.
    return who.uid !== undefined && found !== undefined && who.uid !== found
      ? undefined
      : (found ?? who.uid);
  }
  if ('uid' in who) return who.uid;
  if ('account' in who) return who.account;
  if ('email' in who) return (await rows.one('user', { email: who.email.toLowerCase() }))?.id;
  if (!('identity' in who) || who.identity.subProvider !== '') return undefined;
  const { provider, providerUid } = who.identity;
  const found = await rows.many('account', { accountId: providerUid }, subjectsAtMost);
  return found.find(({ providerId }) => providerOf({}, providerId) === provider)?.userId;
};

const load = async (
  who: Who,
  uid: string,
  isLocked: boolean,
  { rows, auth }: PeopleParts,
): Promise<Loaded | undefined> => {
  const user = isLocked
    ? await rows.take('user', { id: uid }, { leaveRev: 1 })
    : await rows.one('user', { id: uid });
  if (!user) return undefined;
  const loaded = await loadPerson(user, who, rows, auth);
  const { account } = loaded;
  const isKnown = !('siteSession' in who) || who.uid !== undefined || account.session;
  return isKnown ? loaded : undefined;
};

/** What came of a decision, and what is left to do. */
interface Outcome<Answer> extends Updated<Answer> {
  written?: Written & { account: string; change: Change };
}

/**
 * People where better-auth has them: a change locks the user's row, reads, decides, writes and commits, on better-auth's
 * own adapter.
 *
 * @see design.md section 7; tables.md 8
 */
export const peopleOn = (parts: PeopleParts): People => {
  const { rows, auth, left, wake, onChange } = parts;
  const carryOut = async <Answer>(
    who: Who,
    decide: (account: Account | undefined) => Decision<Answer>,
  ): Promise<Outcome<Answer>> => {
    const uid = await findUser(who, parts);
    const loaded = uid === undefined ? undefined : await load(who, uid, true, parts);
    const { change, answer } = decide(loaded?.account);
    if (!change || !loaded) return { answer, entry: undefined };
    await claimKey(change, rows);
    const written = await writeChange(loaded, change, rows, auth, (token) => left.seal(token));
    const heard = onChange && toSiteChange(siteKey, loaded.account, change);
    if (heard) await onChange(heard, await rows.adapter());
    return {
      answer,
      entry: written.entry === undefined ? undefined : String(written.entry),
      written: { ...written, account: loaded.account.id, change },
    };
  };
  return {
    async read(who) {
      const uid = await findUser(who, parts);
      return uid === undefined ? undefined : (await load(who, uid, false, parts))?.account;
    },

    async update(who, decide) {
      const { written, ...updated } = await rows.transaction(() => carryOut(who, decide));
      if (written?.change.tell?.length) wake(written.account);
      if (written && written.left.length > 0) await left.endLeft(written.left, written.change);
      return updated;
    },

    nameProvider: (spelling) => providerOf({}, spelling),

    async liveSessions(ids) {
      // The id of a person has no space before it: the hash comes first.
      const uids = [...new Set(ids.map((id) => id.slice(id.indexOf(' ') + 1)))];
      const live = await Promise.all(
        uids.map(async (uid) =>
          (await readSessions(uid, rows, auth)).map(({ token }) => sessionId(uid, token)),
        ),
      );
      return ids.filter((id) => live.flat().includes(id));
    },

    // Nothing in better-auth's tables is sealed by outro.
    countSealed: async () => [],
    listSealed: async () => [],
    reseal: async () => 0,
    purge: async () => 0,
  };
};
