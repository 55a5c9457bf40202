import type { Step } from '../core/receipt.ts';
import { icons } from './icons.ts';
import { groupOf, type Coming, type Group } from './receipt.ts';

/** TABLE of all small pictures. No two that stand for a status have one shape. */
export const signs = {
  ...icons,
  check: 'M8 1.5a6.5 6.5 0 1 0 .01 0M5.2 8.2l2 2 3.6-4',
  clock: 'M8 1.5a6.5 6.5 0 1 0 .01 0M8 4.7V8l2.2 1.4',
  ask: 'M5.1 5.4a2.9 2.9 0 1 1 4.5 2.4C8.5 8.5 8 9 8 10M8 13v.01',
  stay: 'M8 1.5a6.5 6.5 0 1 0 .01 0M5 8h6',
  you: 'M8 7.5a2.5 2.5 0 1 0-.01 0M3 14c0-2.7 2-4.3 5-4.3s5 1.6 5 4.3',
  key: 'M5 8a3 3 0 1 0 .01 0M7.2 8.8l6-6M11 5l2 2',
  unlink:
    'M6.8 4.4 8.2 3a3.2 3.2 0 0 1 4.6 4.6l-1.4 1.4M9.2 11.6 7.8 13a3.2 3.2 0 0 1-4.6-4.6l1.4-1.4M2.5 2.5l11 11',
  bin: 'M3 4h10M6.5 4V2.7h3V4M4.3 4l.6 9.3h6.2L11.7 4',
  shield: 'M8 1.8 13 3.6v4c0 3.2-2.2 5.4-5 6.6-2.8-1.2-5-3.4-5-6.6v-4z',
  leave: 'M6.5 2.5h-4v11h4M6 8h7.5M10.8 5.2 13.5 8l-2.7 2.8',
  go: 'M9.5 2.5h4v4M13.3 2.7 7.5 8.5M11.5 9.5v3a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1h3',
};

/** Name of a small picture. */
export type SignName = keyof typeof signs;

const byStatus: Partial<Record<string, SignName>> = {
  done: 'check',
  already: 'check',
  kept: 'stay',
  asked: 'ask',
  pending: 'clock',
  'needs-user': 'you',
};

const byStep: Partial<Record<string, SignName>> = {
  identity: 'unlink',
  data: 'bin',
  'login-id': 'bin',
  grant: 'shield',
  token: 'shield',
};

/** What stands for what a step came to. */
export const signOf = (step: Step): SignName =>
  groupOf(step) === 'you' ? 'you' : (byStatus[step.status] ?? 'bad');

/** What stands for a step before it happens. */
export const signBefore = ({ step, status }: Pick<Coming, 'step' | 'status'>): SignName =>
  status === 'kept' ? 'stay' : (byStep[step] ?? 'leave');

/** What stands for all steps of a group. */
export const groupSigns: Readonly<Record<Group, SignName>> = {
  you: 'you',
  us: 'clock',
  open: 'ask',
  over: 'check',
};

/** The colours of the groups, by their names in both styles. */
export const groupColours: Readonly<Record<Group, string>> = {
  you: 'link',
  us: 'pending',
  open: 'muted',
  over: 'done',
};

/** The colour of what a step came to. */
export const colourOf = (step: Step): string =>
  step.status === 'kept' ? 'muted' : groupColours[groupOf(step)];
