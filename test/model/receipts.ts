import { expect } from 'vitest';
import { pseudonymOfPerson } from '../../src/server/exits/forget.ts';
import { keyOf } from './people.ts';
import { carriedOut, isNamed, receiptOf, type Seen } from './promises.ts';
import { added, liveSession, type Row } from './rows.ts';

const stepNames = 'session sessions identity login-id data grant token provider-session'.split(' ');
const statuses = 'done already kept asked pending blocked needs-user unsupported failed'.split(' ');

const rowOf = (rows: Row[], step: { provider?: string; identity?: string }): Row | undefined =>
  rows.find(
    (row) => keyOf(row['provider'], row['provider_uid']) === keyOf(step.provider, step.identity),
  );

/** The same step where its account is deleted, and a hash stands for whoever it was about. */
const forgotten = (
  { provider = '', identity = '' }: { provider?: string; identity?: string },
  site: string,
) => {
  const [name = '', subProvider = ''] = provider.split('/');
  const person = { provider: name, subProvider, providerUid: identity };
  return { provider, identity: pseudonymOfPerson(site, person) };
};

/** Receipts have no other steps and words than those of design.md section 3. */
export const knownWords = ({ dones }: Seen): void => {
  for (const { sent, response } of dones)
    for (const answer of [...sent.map((one) => one.answer), response ?? {}])
      for (const { step, status } of receiptOf(answer)) {
        expect(stepNames, 'a step that nobody knows').toContain(step);
        expect(statuses, 'a status that nobody knows').toContain(status);
      }
};

const isTrue = (seen: Seen, step: ReturnType<typeof receiptOf>[number]): void => {
  const { before, after } = seen;
  const about = `${step.step} ${step.status} of ${step.provider} ${step.identity}`;
  if (step.step === 'identity') {
    const left = rowOf(after.identities, step);
    expect(left?.['state'], `the receipt says ${about}`).toBe(
      step.status === 'kept' ? 'mapping' : undefined,
    );
    expect(rowOf(before.identities, step), `the receipt says ${about}`).toBeDefined();
  }
  if (step.step === 'data') {
    const left = rowOf(after.identities, step);
    expect([left?.['profile'] ?? null, left?.['sealed_tokens'] ?? null]).toEqual([null, null]);
  }
  if ((step.step === 'grant' || step.step === 'token') && step.identity) {
    const errands = added('errands', before, after);
    const state = (rowOf(errands, step) ?? rowOf(errands, forgotten(step, seen.world.site)))?.[
      'state'
    ];
    const expected = ['unsupported', 'needs-user'].includes(step.status) ? undefined : step.status;
    // Told by the provider itself, there is nothing to do.
    expect(state === 'skipped' ? 'kept' : state, `the receipt says ${about}`).toBe(expected);
  }
};

/** What a receipt says is what the rows show; where calls come at once, others may have had their way since. */
export const trueReceipts = (seen: Seen): void => {
  if (seen.dones.length > 1) return;
  for (const { done, one } of carriedOut(seen)) {
    const removals = ['removeConnection', 'unlink', 'deleteAccount'];
    if (!removals.some((name) => isNamed(one.path, name))) continue;
    const receipt = receiptOf(one.answer);
    for (const step of receipt) isTrue(seen, step);
    const gone = seen.before.login_ids.length - seen.after.login_ids.length;
    const told = receipt.filter(({ step, status }) => step === 'login-id' && status === 'done');
    expect(told.length, 'the receipt counts login ids').toBe(gone);
    const isKept = receipt.some(({ step, status }) => step === 'session' && status === 'kept');
    if (isKept && done.token)
      expect(liveSession(seen.after, done.token), 'the receipt says session kept').toBeDefined();
    const { is_permissions_revoked: isRevoked } = one.answer;
    const grants = receipt.filter(({ step }) => step === 'grant').map(({ status }) => status);
    if (isRevoked === true)
      expect(
        grants.length > 0 && grants.every((status) => ['done', 'already'].includes(status)),
      ).toBe(true);
  }
};

/** The preview and the call, asked at once with the same parameters, are of one mind. */
export const previewChangesNothing = ({ dones }: Seen): void => {
  for (const { step, response } of dones)
    if (step.do === 'explainRemoval' && response)
      expect(Boolean(response.wouldFail)).toBe(response.allowed === false);
};
