import { describe, expect, it } from 'vitest';
import type { Step, StepName, StepStatus } from '../../../src/core/receipt.ts';
import { packs } from '../../../src/words/packs.ts';
import { createSpeech } from '../../../src/words/speech.ts';
import { createTelling } from '../../../src/words/telling.ts';

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
const english = createTelling(createSpeech('en', undefined));
const speak = async (language: string) =>
  createTelling(createSpeech(language, (await packs[language]?.())?.words));

describe('a receipt in plain words', () => {
  it.each(all)('$step $status: a sentence, nothing left open', (step) => {
    const text = english.did(step, 'Acme');
    expect(text).toMatch(/^[A-Z].{10,}\.$/);
    expect(text).not.toMatch(/[{}]|undefined/);
  });

  it('what is not seen to be over never sounds like it, in any language', async () => {
    for (const language of ['en', ...Object.keys(packs)]) {
      const { did } = await speak(language);
      const over = new Set(
        all.filter(({ status }) => status === 'done').map((one) => did(one, 'Acme')),
      );
      const open = all.filter(({ status }) => !['done', 'already'].includes(status));
      const wrong = open.filter((one) => over.has(did(one, 'Acme')));
      expect(wrong, language).toEqual([]);
    }
  });

  it('a step that a newer backend knows is not called over', () => {
    const unheard = { step: 'moon', status: 'done' } as unknown as Step;
    expect(english.did(unheard, 'Acme')).toBe('We could not confirm everything.');
    expect(english.will(unheard, 'Acme')).toBeUndefined();
    const named = { step: '__proto__', status: 'constructor' } as unknown as Step;
    expect(english.did(named, 'Acme')).toBe('We could not confirm everything.');
  });

  it('several at once have a sentence of their own', () => {
    const gone: Step = { step: 'identity', status: 'done', provider: 'acme' };
    expect(english.did(gone, 'Acme', true)).toContain('any of them');
    expect(english.will(gone, 'Acme', true)).toContain('any of them');
    const listed: Step = { step: 'grant', status: 'unsupported', provider: 'acme' };
    expect(english.will(listed, 'Acme', true)).toContain('Acme goes on listing');
  });
});

describe('names', () => {
  it('that look like placeholders are none', () => {
    expect(english.say('confirm', { provider: '{time}$&' })).toBe('Disconnect {time}$&?');
  });

  it('that run the other way carry nothing with them', async () => {
    expect(english.say('confirm', { provider: 'آدا' })).toBe('Disconnect \u2068آدا\u2069?');
    const arabic = await speak('ar');
    expect(arabic.say('confirm', { provider: 'Acme' })).toContain('\u2068Acme\u2069');
    expect(arabic.say('confirm', { provider: 'آدا' })).not.toContain('\u2068');
  });
});

describe('numbers and times are those of the language', () => {
  it.each([
    ['en', ['1 step is left', '2 steps are left', '5 steps are left']],
    ['de', ['1 Schritt bleibt', '2 Schritte bleiben', '5 Schritte bleiben']],
    ['pl', ['Został Ci 1 krok.', 'Zostały Ci 2 kroki.', 'Zostało Ci 5 kroków.']],
    ['ar', ['خطوة واحدة', 'خطوتان', 'خطوات']],
    ['ja', ['1 件', '2 件', '5 件']],
  ])('%s', async (language, expected) => {
    const { count } = await speak(language);
    for (const [index, many] of [1, 2, 5].entries())
      expect(count('left.you', many)).toContain(expected[index]);
  });

  it('how soon, in the largest unit that fits, and never in the past', async () => {
    const now = Date.now();
    const german = await speak('de');
    expect(german.soon(now + 5 * 60_000 + 500)).toBe('in 5 Minuten');
    expect(english.soon(now + 3 * 86_400_000 + 500)).toBe('in 3 days');
    expect(english.soon(now - 60_000)).toBe('in 1 second');
    expect(german.moment(new Date('2026-05-04T10:20:00'))).toBe('04.05.2026, 10:20');
  });

  it('a language that is none, or has no words, is English all through', () => {
    expect(createSpeech('not a language', undefined).say('retry')).toBe('Try again');
    const finnish = createTelling(createSpeech('fi', undefined));
    expect(finnish.language).toBe('en');
    expect(finnish.soon(Date.now() + 60_500)).toBe('in 1 minute');
    // A page that says something itself says it in its own language.
    expect(createSpeech('fi', undefined, { retry: 'Uudelleen' }).language).toBe('fi');
  });
});
