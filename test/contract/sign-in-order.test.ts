// Sign-ins that meet: whatever order they name login ids and identities in, none of them is the server's fault.
import { describe, expect, inject, it } from 'vitest';
import { startHouse, type Answer, type House } from '../support/house.ts';

const pairs = 60;

const codesOf = (answers: Answer[]): number[] =>
  answers.map(({ errorCode }) => errorCode).toSorted((one, other) => one - other);

/** Both orders of the same list, each told by a sign-in of its own, so many pairs of them at once. */
const race = async (
  house: House,
  tell: (pair: number, isReversed: boolean) => Record<string, string>,
): Promise<number[][]> => {
  const all: number[][] = [];
  for (let done = 0; done < pairs; done += 20)
    all.push(
      ...(await Promise.all(
        Array.from({ length: 20 }, async (_, index) =>
          codesOf(
            await Promise.all(
              [false, true].map((isReversed) =>
                house.signed('socialize.notifyLogin', tell(done + index, isReversed)),
              ),
            ),
          ),
        ),
      )),
    );
  return all;
};

const ordered = <One>(list: One[], isReversed: boolean): One[] =>
  isReversed ? list.toReversed() : list;

const loginIDs = (pair: number, isReversed: boolean): string =>
  JSON.stringify(
    ordered(
      Array.from({ length: 8 }, (_, place) => ({ value: `${pair}.${place}@shop.example` })),
      isReversed,
    ),
  );

const names = ['facebook', 'github', 'google', 'linkedin', 'twitter', 'yahoo'];

const providerSessions = (pair: number, isReversed: boolean): string =>
  JSON.stringify(
    Object.fromEntries(
      ordered(names, isReversed).map((name) => [name, { providerUID: `person ${pair}` }]),
    ),
  );

describe('3.7 first sign-ins in reverse order', () => {
  it('3.7 of two people, with the same login ids: one has them, the other is told so', async () => {
    const house = await startHouse();
    const codes = await race(house, (pair, isReversed) => ({
      siteUID: `${pair} ${isReversed}`,
      loginIDs: loginIDs(pair, isReversed),
    }));
    expect(codes).toEqual(Array.from({ length: pairs }, () => [0, 403043]));
    // All of the loser's was undone: there is no account without its login ids.
    const { accounts, login_ids } = await house.rows();
    expect([accounts?.length, login_ids?.length]).toEqual([pairs, pairs * 8]);
  });

  it('3.7 of two people, with the same identities: one has them, the other is told so', async () => {
    const house = await startHouse();
    const codes = await race(house, (pair, isReversed) => ({
      siteUID: `${pair} ${isReversed}`,
      providerSessions: providerSessions(pair, isReversed),
    }));
    expect(codes).toEqual(Array.from({ length: pairs }, () => [0, 409001]));
    const { accounts, identities } = await house.rows();
    expect([accounts?.length, identities?.length]).toEqual([pairs, pairs * names.length]);
  });

  it('3.7 of one person on two devices: both are in', async () => {
    const house = await startHouse();
    const codes = await race(house, (pair, isReversed) => ({
      siteUID: `${pair}`,
      loginIDs: loginIDs(pair, isReversed),
      providerSessions: providerSessions(pair, isReversed),
    }));
    expect(codes).toEqual(Array.from({ length: pairs }, () => [0, 0]));
    const { accounts, sessions } = await house.rows();
    expect([accounts?.length, sessions?.length]).toEqual([pairs, pairs * 2]);
    console.log(`${pairs} pairs raced on ${inject('databaseUrl') ? 'Postgres' : 'PGlite'}`);
  });
});

it('3.7 people who take each other’s identities back and forth: refused or done, never broken', async () => {
  const house = await startHouse();
  const people = Array.from({ length: 6 }, (_, index) => `u${index}`);
  for (const uid of people) await house.signIn({ siteUID: uid, elsewhere: true });
  for (let round = 0; round < 5; round += 1) {
    const answers = await Promise.all(
      people.flatMap((siteUID, index) => [
        house.signed('socialize.notifyLogin', {
          siteUID,
          providerSessions: providerSessions(round, index % 2 === 1),
          loginIDs: loginIDs(round, index % 3 === 1),
        }),
        house.signed('socialize.removeConnection', {
          UID: siteUID,
          lastIdentityHandling: 'remove',
        }),
      ]),
    );
    const codes = new Set(codesOf(answers));
    codes.delete(0);
    for (const code of codes) expect([400106, 403043, 409001]).toContain(code);
  }
});
