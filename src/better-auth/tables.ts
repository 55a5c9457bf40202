import type { BetterAuthPluginDBSchema } from '@better-auth/core/db';
import type { ErrandState } from '../server/exits/record.ts';

// Texts are JSON where a database need not know what is in them: better-auth runs on more engines than have a type for it.
const text = { type: 'string', required: false } as const;
const whole = { type: 'number', required: false } as const;
const time = { type: 'date', required: false } as const;
const flag = { type: 'boolean', required: false } as const;
const name = { type: 'string', required: true, unique: true } as const;
const sought = { ...text, index: true } as const;
const dated = { ...time, index: true } as const;

// Nothing of it is a client's to give or to see.
const ours = { input: false, returned: false } as const;

/**
 * TABLE of what better-auth's database is to hold besides: what outro must remember, and one field each on the rows of
 * users, sessions and accounts. Its own migration tool and schema generator make them.
 *
 * @see design.md section 7 "exits"
 */
export const schema = {
  user: { fields: { leaveRev: { ...whole, ...ours, defaultValue: 0 } } },
  session: { fields: { outroAccount: { ...text, ...ours } } },
  account: { fields: { outroSoftenedAt: { ...time, ...ours } } },
  outroCounter: { fields: { name, value: { type: 'number', required: true } } },
  outroEntry: {
    fields: {
      number: { type: 'number', required: true, unique: true },
      rev: whole,
      at: dated,
      account: sought,
      uid: sought,
      sealedUid: text,
      callId: { ...sought, required: true },
      actor: text,
      method: text,
      provider: text,
      cid: text,
      receipt: text,
      told: text,
      announced: text,
      finishes: whole,
    },
  },
  outroAnswer: {
    fields: { name, request: text, entry: whole, callId: text, sealed: text, at: dated },
  },
  outroErrand: {
    fields: {
      kind: text,
      destination: sought,
      account: sought,
      entry: whole,
      place: whole,
      provider: text,
      subProvider: text,
      providerUid: text,
      generation: whole,
      forgets: flag,
      sealedPayload: text,
      state: sought,
      attempts: whole,
      nextAt: dated,
      lease: sought,
      reason: text,
      createdAt: time,
      endedAt: dated,
    },
  },
  outroDestination: { fields: { name, failures: whole, pausedUntil: time } },
  outroRemoval: {
    fields: {
      person: name,
      removedAt: time,
      generation: whole,
      rev: whole,
      markedAt: dated,
    },
  },
  outroEnded: {
    fields: {
      session: name,
      account: sought,
      openedAt: time,
      endedAt: time,
      spent: flag,
      callId: text,
      sealedToken: text,
      isLeft: flag,
      forgetAt: dated,
    },
  },
  outroProviderSession: {
    fields: {
      account: sought,
      session: sought,
      provider: text,
      providerUid: sought,
      issuer: text,
      sid: sought,
      sealedIdToken: text,
      createdAt: time,
      endedAt: time,
      sessionEndsAt: dated,
    },
  },
  outroTrip: {
    fields: { name, callId: text, origin: text, stops: text, rev: whole, expiresAt: dated },
  },
  outroDeletion: { fields: { code: name, provider: text, receipt: text, at: dated } },
  outroSeen: { fields: { name, expiresAt: dated } },
} satisfies BetterAuthPluginDBSchema;

/** Rows as they are read, by the names of their models. */
export interface Tables {
  user: {
    id: string;
    email?: string | null;
    emailVerified?: boolean | null;
    phoneNumber?: string | null;
    phoneNumberVerified?: boolean | null;
    leaveRev?: number | null;
  };
  session: {
    id: string;
    token: string;
    userId: string;
    createdAt: Date;
    expiresAt: Date;
    outroAccount?: string | null;
  };
  account: {
    id: string;
    providerId: string;
    accountId: string;
    userId: string;
    accessToken?: string | null;
    refreshToken?: string | null;
    idToken?: string | null;
    password?: string | null;
    updatedAt?: Date | null;
    outroSoftenedAt?: Date | null;
  };
  passkey: { id: string; userId: string };
  outroCounter: { id: string; name: string; value: number };
  outroEntry: {
    id: string;
    number: number;
    rev: number;
    at: Date;
    account: string | null;
    uid: string | null;
    sealedUid: string | null;
    callId: string;
    actor: string;
    method: string;
    provider: string | null;
    cid: string | null;
    receipt: string;
    told: string | null;
    announced: string | null;
    finishes: number | null;
  };
  outroAnswer: {
    id: string;
    name: string;
    request: string;
    entry: number;
    callId: string;
    sealed: string | null;
    at: Date;
  };
  outroErrand: {
    id: string;
    kind: 'revocation' | 'webhook';
    destination: string;
    account: string | null;
    entry: number | null;
    place: number | null;
    provider: string | null;
    subProvider: string | null;
    providerUid: string | null;
    generation: number | null;
    forgets: boolean;
    sealedPayload: string | null;
    state: ErrandState;
    attempts: number;
    nextAt: Date;
    lease: string | null;
    reason: string | null;
    createdAt: Date;
    endedAt: Date | null;
  };
  outroDestination: { id: string; name: string; failures: number; pausedUntil: Date | null };
  outroRemoval: {
    id: string;
    person: string;
    removedAt: Date | null;
    generation: number;
    rev: number;
    markedAt: Date;
  };
  outroEnded: {
    id: string;
    session: string;
    account: string;
    openedAt: Date | null;
    endedAt: Date;
    spent: boolean;
    callId: string | null;
    sealedToken: string | null;
    isLeft: boolean;
    forgetAt: Date;
  };
  outroProviderSession: {
    id: string;
    account: string;
    session: string | null;
    provider: string;
    providerUid: string;
    issuer: string | null;
    sid: string | null;
    sealedIdToken: string | null;
    createdAt: Date;
    endedAt: Date | null;
    sessionEndsAt: Date;
  };
  outroTrip: {
    id: string;
    name: string;
    callId: string;
    origin: string | null;
    stops: string;
    rev: number;
    expiresAt: Date;
  };
  outroDeletion: { id: string; code: string; provider: string; receipt: string; at: Date };
  outroSeen: { id: string; name: string; expiresAt: Date };
}
