// Who is deleted goes from what is remembered, too: hashes stand in place of ids, and the site is still told.
import { createHash } from 'node:crypto';
import { erasePerson, exportPerson, listErrands } from 'outro/server';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { logRequest } from '../../src/server/http/log.ts';
import { secret, startHouse, type House } from '../support/house.ts';
import { answering, credentials, makeDue, revoke } from '../support/revocation.ts';
import { newSecret, openTold, startReceiver } from '../support/receiver.ts';

const uid = 'ada-lovelace-17';
const facebookUid = 'facebook-4711-0815';
const githubUid = 'github-2718-2818';
const email = 'ada@countess.example';
const cid = 'context of ada';

// Milliseconds: a feed ends before what somebody on the same server may still be writing.
const heldBack = 30_000;

/** Every text of every table, as somebody reads it who has a copy of the database. */
const everything = async (house: House): Promise<string> => {
  const tables = await house.database.query(
    "select table_name from information_schema.tables where table_schema = 'outro'",
  );
  const texts = await Promise.all(
    tables.map(({ table_name }) =>
      house.database.query(
        `select row_to_json(t)::text as text from outro.${String(table_name)} t`,
      ),
    ),
  );
  return texts
    .flat()
    .map(({ text }) => String(text))
    .join('\n');
};

const found = (text: string) =>
  [uid, facebookUid, githubUid, email, cid].filter((one) => text.includes(one));

/** A person with a past, who is deleted while Facebook is down. */
const deleteSomebody = async () => {
  const answer = { status: 503 };
  const { origin } = await answering(answer);
  const receiver = await startReceiver();
  const house = await openTold([receiver], [newSecret()], {
    providers: { facebook: { revoke: { ...revoke, authorization: undefined, url: origin } } },
  });
  await house.signIn({
    siteUID: uid,
    userInfo: { email },
    providers: {
      facebook: { providerUID: facebookUid, email, refreshToken: 'token' },
      github: { providerUID: githubUid },
    },
    loginIDs: [{ value: email, kind: 'email' }],
  });
  await house.signed('socialize.removeConnection', { UID: uid, provider: 'github', cid });
  const { callId } = await house.signed('socialize.deleteAccount', { UID: uid });
  return { house, receiver, answer, callId: String(callId) };
};

/** Everything that is printed from now on. */
const printed = (): string[] => {
  const lines: string[] = [];
  for (const name of ['log', 'error', 'warn'] as const)
    vi.spyOn(console, name).mockImplementation(
      (...words: unknown[]) => void lines.push(words.join(' ')),
    );
  return lines;
};

it('who is exported and erased by the operator is found nowhere: no table, no log, no metric', async () => {
  const lines = printed();
  onTestFinished(() => void vi.restoreAllMocks());
  const answer = { status: 401 };
  const { origin } = await answering(answer);
  const receiver = await startReceiver();
  const site = {
    providers: { facebook: { ...credentials, revoke: { ...revoke, url: `${origin}/revoke` } } },
    webhooks: [{ url: receiver.url, secrets: [newSecret()] }],
  };
  const house = await startHouse(site, undefined, { allowPrivateProviders: true, log: logRequest });
  await house.signIn({
    siteUID: uid,
    userInfo: { email, firstName: 'Augusta-Ada', nickname: 'enchantress' },
    providers: {
      facebook: { providerUID: facebookUid, email, refreshToken: 'token', sid: 'sid-of-ada' },
      github: { providerUID: githubUid },
    },
    loginIDs: [{ value: email, kind: 'email' }],
  });
  await house.post('socialize.getUserInfo', { UID: uid, login_token: 'x' });
  await house.signed('socialize.removeConnection', { UID: uid, provider: 'github', cid });
  const options = {
    sites: [{ apiKey: house.apiKey, secret, publicUrl: 'https://outro.example', ...site }],
    encryptionKeys: [{ id: 'test', key: secret }],
    allowPrivateProviders: true,
    store: house.database.store,
  };
  const person = { site: house.apiKey, uid };
  const words = [
    uid,
    facebookUid,
    githubUid,
    email,
    cid,
    'Augusta-Ada',
    'enchantress',
    'sid-of-ada',
  ];
  const foundIn = (text: string) => words.filter((one) => text.includes(one));

  const exported = JSON.stringify(await exportPerson(options, person));
  expect(foundIn(exported)).toEqual(expect.arrayContaining([uid, facebookUid, githubUid, email]));
  expect(exported).not.toContain('"token"');
  await erasePerson(options, person);
  await expect(exportPerson(options, person)).rejects.toThrow('no user of this site has it');
  const workUntil = (isSo: () => Promise<void> | void) =>
    vi.waitFor(async () => {
      await makeDue(house);
      await house.work();
      await isSo();
    }, 10_000);
  // The site's mistake waits, and the log says so.
  await workUntil(() => expect(lines.join('\n')).toContain('"level":"warning"'));
  answer.status = 200;
  await workUntil(async () => {
    const filter = { site: house.apiKey, state: 'pending' } as const;
    expect(await listErrands(options, filter)).toEqual([]);
  });
  const metrics = await (await house.handler.metrics()).text();
  expect(metrics).toContain('outro_request_seconds');
  expect(lines.length).toBeGreaterThan(3);
  for (const text of [await everything(house), lines.join('\n'), metrics])
    expect(foundIn(text)).toEqual([]);
});

describe('an account that is deleted', () => {
  it('leaves nothing but hashes, as soon as what is owed has ended', async () => {
    const { house, answer, callId } = await deleteSomebody();
    expect(found(await everything(house))).toEqual([facebookUid]);
    answer.status = 200;
    await makeDue(house);
    while ((await house.work()) > 0);
    expect(found(await everything(house))).toEqual([]);
    const { receipt, isComplete } = await house.signed('socialize.getReceipt', { callId });
    expect(isComplete).toBe(true);
    expect(receipt).toContainEqual({
      step: 'grant',
      provider: 'facebook',
      identity: `sha256:${createHash('sha256')
        .update([house.apiKey, 'facebook', '', facebookUid].join('\n'))
        .digest('hex')}`,
      status: 'done',
    });
  });

  it('is told by its uid; what was told before goes by a hash that the site can make', async () => {
    const { house, receiver } = await deleteSomebody();
    while ((await house.work()) > 0);
    const hashOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
    const pseudonym = hashOf(`${house.apiKey}\n${uid}`);
    expect(receiver.arrived.map(({ event }) => [event.type, event.subject])).toEqual([
      ['outro.connection.removed', pseudonym],
      ['outro.account.deleted', uid],
    ]);
    const [removed] = receiver.arrived;
    const person = hashOf([house.apiKey, 'github', '', githubUid].join('\n'));
    expect(removed?.event.data.connections).toEqual([{ provider: 'github', providerUID: person }]);
    await expect
      .poll(async () => (await house.signed('outro.feed', {}))['changes'], { timeout: heldBack })
      .toEqual(receiver.arrived.map(({ event }) => event));
  });

  it('is told by its uid for a month, then by the hash', async () => {
    const { house } = await deleteSomebody();
    const subjects = async () => {
      const { changes } = await house.signed('outro.feed', {});
      return (changes as { subject: string }[]).map(({ subject }) => subject === uid);
    };
    await expect.poll(subjects, { timeout: heldBack }).toEqual([false, true]);
    await house.database.query(
      "update outro.journal set at = at - interval '31 days' where site = $1",
      [house.apiKey],
    );
    const seenByNow = async () => {
      await house.database.store.exits.purge(10_000);
      return subjects();
    };
    await expect.poll(seenByNow, { timeout: heldBack }).toEqual([false, false]);
  });

  it('leaves everybody else’s past as it was', async () => {
    const { house } = await deleteSomebody();
    await house.signIn({ siteUID: 'bob', providers: { github: { providerUID: 'g-bob' } } });
    await house.signed('socialize.removeConnection', { UID: 'bob', provider: 'github' });
    await house.signIn({ siteUID: 'eva', providers: { github: { providerUID: 'g-eva' } } });
    await house.signed('socialize.deleteAccount', { UID: 'eva' });
    const text = await everything(house);
    expect([text.includes('g-bob'), text.includes('g-eva')]).toEqual([true, false]);
  });
});

it('what is remembered goes when its days are over, as the site’s operator has set them', async () => {
  const { house } = await deleteSomebody();
  const count = async () => (await house.rows())['journal']?.length;
  const before = await count();
  await house.database.query(
    "update outro.journal set at = at - interval '399 days 18 hours' where site = $1",
    [house.apiKey],
  );
  const { exits } = house.database.store;
  await exits.purge(1_000_000);
  expect(await count()).toBe(before);
  // Half a day less than by default: other tests, on the same database, have what is 399 days old.
  const kept = { journal: 399.5, errands: 400, removedIdentities: 400, deletionRequests: 400 };
  const left = async () => {
    await exits.purge(1_000_000, kept);
    return count();
  };
  // Another instance of this run may be purging, and leave the rest to the next one.
  await expect.poll(left).toBe(0);
});
