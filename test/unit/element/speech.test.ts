import { describe, expect, it } from 'vitest';
import type { Step, StepName, StepStatus } from '../../../src/core/receipt.ts';
import { OutroError } from '../../../src/core/error.ts';
import { codes, type FailureName } from '../../../src/core/codes.ts';
import { english } from '../../../src/element/messages.ts';
import { createSpeech } from '../../../src/element/speech.ts';

const steps: Record<StepName, true> = {
  session: true,
  sessions: true,
  'site-session': true,
  identity: true,
  'login-id': true,
  data: true,
  grant: true,
  token: true,
  'provider-session': true,
};
const statuses: Record<StepStatus, true> = {
  done: true,
  already: true,
  kept: true,
  asked: true,
  pending: true,
  blocked: true,
  'needs-user': true,
  unsupported: true,
  failed: true,
};
const all = Object.keys(steps).flatMap((step) =>
  Object.keys(statuses).map((status) => ({ step, status, provider: 'acme' }) as Step),
);
const speech = createSpeech({}, 'en', { acme: 'Acme' });
const textOf = (step: Step): string => speech.did([step])[0]?.text ?? '';

describe('a receipt in plain words', () => {
  it.each(all)('$step $status: one sentence, nothing left open', (step) => {
    expect(speech.did([step])).toHaveLength(1);
    expect(textOf(step)).toMatch(/^[A-Z].{10,}\.$/);
    expect(textOf(step)).not.toMatch(/[{}]|undefined/);
  });

  it('what is not seen to be over never sounds like it', () => {
    const over = all.filter(({ status }) => status === 'done').map(textOf);
    const open = all.filter(({ status }) => !['done', 'already'].includes(status));
    for (const step of open) {
      expect(over).not.toContain(textOf(step));
      expect(textOf(step), `${step.step} ${step.status}`).toMatch(
        /not|asked|may|stays?|still|only you|could|no way/i,
      );
    }
  });

  it('says the same thing once, and says when it is tried again', () => {
    const grant: Step = { step: 'grant', status: 'pending', provider: 'acme' };
    const retryAt = '2026-05-04T10:20:00Z';
    expect(speech.did([grant, { ...grant, identity: 'other' }])).toHaveLength(1);
    const [later] = createSpeech({}, 'de', { acme: 'Acme' }).did([{ ...grant, retryAt }]);
    expect(later?.text).toMatch(/^Acme has not .* yet\. Next try: 04\.05\.26, \d\d:20\.$/);
    expect(speech.did([{ ...grant, retryAt: 'never' }])[0]?.text).not.toContain('Next');
  });

  it('leads nowhere but to http and https', () => {
    const urls = ['https://a.example/x', 'javascript:alert(1)', 'data:text/html,x', ' //a', ''];
    const found = urls.map((url) => speech.did([{ step: 'grant', status: 'needs-user', url }]));
    expect(found.map(([one]) => one?.url)).toEqual(['https://a.example/x', '', '', '', '']);
  });

  it('a value that looks like a placeholder is not one', () => {
    const tricky = createSpeech({}, 'en', { acme: '{thing}$&' });
    expect(tricky.did([{ step: 'grant', status: 'asked', provider: 'acme' }])[0]?.text).toBe(
      'The permission that you gave at {thing}$&: asked to end; whether it did cannot be seen.',
    );
  });
});

describe('names and lists', () => {
  it("the page's name, the backend's, or one made of the id", () => {
    const { nameOf } = createSpeech({ 'provider.oidc-corp': 'Corp login' }, 'en', { acme: 'ACME' });
    const ids = ['oidc-corp', 'acme', 'oidc-works', 'janrain/acme', 'constructor'];
    expect(ids.map(nameOf)).toEqual(['Corp login', 'ACME', 'Works', 'Acme', 'Constructor']);
  });

  it('are joined in the language of the page, whatever it calls itself', () => {
    const explanation = { allowed: false, receipt: [], waysInLeft: [], keepsMapping: false };
    const addFirst = ['password', 'passkey', 'something-new'];
    const refusal = (language: string): string =>
      createSpeech({}, language, {}).refusal({ ...explanation, addFirst });
    expect(refusal('en')).toContain('first add a password, a passkey, or something-new.');
    expect(refusal('de')).toContain('first add a password, a passkey oder something-new.');
    expect(refusal('not a language')).toContain('a password');
  });

  it('what would happen says whether anybody can still come in', () => {
    const explanation = { allowed: true, receipt: [], waysInLeft: [], keepsMapping: false };
    const [none] = speech.will(explanation);
    expect(none?.text).toBe(english.noWayLeft);
    expect(speech.will({ ...explanation, keepsMapping: true })).toEqual([]);
    const waysInLeft = [{ kind: 'identity', provider: 'acme' }, { kind: 'code' }, { kind: 'code' }];
    expect(speech.will({ ...explanation, waysInLeft })[0]?.text).toBe(
      'You will then be able to sign in with Acme or a code.',
    );
  });
});

it('every failure has a reason that a person can read', () => {
  const reasons = (Object.keys(codes) as FailureName[]).map((name) =>
    speech.reason(new OutroError(name)),
  );
  for (const reason of reasons) expect(reason).toMatch(/^[A-Z].*\.$/);
  expect(new Set(reasons).size).toBeGreaterThan(5);
  expect(speech.reason(new Error('internal text'))).toBe(english.reason);
});
