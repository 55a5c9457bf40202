// The doctor: what a backend stands on, each thing that can be wrong with it by a finding that says what to do.
import { examine, type Finding } from 'outro/server';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { secret, startHouse, type House } from '../support/house.ts';
import { deliveries, enter, newSecret, startReceiver, type Receiver } from '../support/receiver.ts';

type Store = House['database']['store'];
type Examined = Awaited<ReturnType<Store['exits']['examine']>>;

const optionsOf = (house: House, site: object = {}, store: Store = house.database.store) => ({
  sites: [{ apiKey: house.apiKey, secret, publicUrl: 'https://outro.example', ...site }],
  encryptionKeys: [{ id: 'test', key: secret }],
  store,
});

const about = (findings: Finding[], what: string): Omit<Finding, 'about'>[] =>
  findings
    .filter((one) => one.about.startsWith(what))
    .map(({ level, found, advice }) => ({ level, found, ...(advice && { advice }) }));

describe('webhooks', () => {
  const answers: [string, Receiver['answer'] | undefined, Partial<Finding>][] = [
    [
      'takes what comes',
      (response) => void response.writeHead(204).end(),
      { level: 'fine', found: 'reachable: it answered 204' },
    ],
    [
      'knows no HEAD',
      (response) => void response.writeHead(405).end(),
      { level: 'fine', found: 'reachable: it answered 405' },
    ],
    [
      'redirects',
      (response) => void response.writeHead(308, { location: 'https://x.example/' }).end(),
      {
        level: 'fault',
        found: 'it redirects (308), and redirects are not followed',
        advice: 'configure the address that it leads to',
      },
    ],
    [
      'answers 410',
      (response) => void response.writeHead(410).end(),
      {
        level: 'warning',
        found: 'it says that it is gone for good (410): a message that is answered so is given up',
      },
    ],
    [
      'answers what is no HTTP',
      (response) => void response.socket?.end('garbage\r\n\r\n'),
      { level: 'fault', found: expect.stringMatching(/^not reachable: /) as string },
    ],
    ['never answers', () => {}, { level: 'fault', found: 'not reachable: no answer in 5000 ms' }],
  ];

  it.each(answers)('one that %s', async (what, answer, finding) => {
    const { timeout } = AbortSignal;
    if (what === 'never answers')
      vi.spyOn(AbortSignal, 'timeout').mockImplementation((limit) => timeout(limit / 25));
    onTestFinished(() => void vi.restoreAllMocks());
    const receiver = await startReceiver();
    if (answer) receiver.answer = answer;
    const house = await startHouse();
    const webhooks = [{ url: receiver.url, secrets: [newSecret()] }];
    const found = await examine({
      ...optionsOf(house, { webhooks }),
      allowPrivateProviders: true,
    });
    expect(about(found, 'webhook')).toMatchObject([finding]);
    // A look is no message.
    expect(receiver.arrived.filter(({ body }) => body !== '')).toEqual([]);
  });

  it('one at a private address: it is refused, and what is owed to it is named with what to do', async () => {
    const webhooks = [{ url: 'https://127.0.0.1/hooks', secrets: [newSecret()] }];
    const house = await startHouse({ webhooks });
    await enter(house);
    await house.signed('socialize.removeConnection', { UID: 'u', provider: 'github' });
    await house.work();
    // However long the look takes, the pause does not end before.
    await house.database.query(
      "update outro.destinations set paused_until = paused_until + interval '1 hour' where site = $1",
      [house.apiKey],
    );
    const found = await examine(optionsOf(house, { webhooks }));
    expect(about(found, 'webhook')).toMatchObject([
      { level: 'fault', found: 'not reachable: refused: a private address' },
    ]);
    const [owed] = await deliveries(house);
    const destination = String(owed?.['destination']);
    expect(about(found, `errands to ${destination} of ${house.apiKey}`)).toMatchObject([
      {
        level: 'warning',
        found: '1 waits, the oldest for 0 min; it does not answer, or refuses',
        advice: expect.stringContaining(
          `outro errands list --stuck --destination ${destination} says why`,
        ) as string,
      },
    ]);
  });
});

describe('the database', () => {
  const look = async (change: Partial<Examined>): Promise<Omit<Finding, 'about'>[]> => {
    const house = await startHouse();
    const { store } = house.database;
    const known = await store.exits.examine();
    const settings = { ...known.settings, fsync: 'on', ...change.settings };
    const exits = { ...store.exits, examine: async () => ({ ...known, ...change, settings }) };
    return about(await examine(optionsOf(house, {}, { ...store, exits })), 'database');
  };
  const fine = { level: 'fine', found: 'reachable, and its clock agrees with this machine' };

  it('as it should be', async () => {
    expect(await look({ now: new Date() })).toEqual([fine]);
  });

  const inSeconds = (seconds: number) => () => ({ now: new Date(Date.now() + seconds * 1000) });

  it.each<[string, Partial<Examined> | (() => Partial<Examined>), RegExp, RegExp]>([
    ['a clock that is behind', inSeconds(-120), /clock is 12\d s ahead of the database's/, /NTP/],
    ['a clock that is ahead', inSeconds(120), /clock is 1[12]\d s behind the database's/, /NTP/],
    [
      'an index that is not whole',
      { invalidIndexes: ['journal_site'] },
      /the index journal_site was not built to its end/,
      /drop index outro\.journal_site, then run outro migrate/,
    ],
    ['no fsync', { settings: { fsync: 'off' } }, /a power cut loses/, /set fsync = on/],
    [
      'serializable transactions, and few locks for them',
      {
        settings: {
          default_transaction_isolation: 'serializable',
          max_pred_locks_per_transaction: '64',
        },
      },
      /max_pred_locks_per_transaction is 64/,
      /to 1024/,
    ],
  ])('%s', async (_what, given, found, advice) => {
    const change = typeof given === 'function' ? given() : given;
    expect(await look({ now: new Date(), ...change })).toContainEqual({
      level: expect.stringMatching(/warning|fault/) as string,
      found: expect.stringMatching(found) as string,
      advice: expect.stringMatching(advice) as string,
    });
  });

  it('serializable transactions with locks enough', async () => {
    const settings = {
      default_transaction_isolation: 'serializable',
      max_pred_locks_per_transaction: '1024',
    };
    expect(await look({ now: new Date(), settings })).toEqual([fine]);
  });
});
