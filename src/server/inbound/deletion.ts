import { html } from 'hono/html';
import { providerRow } from '../../providers/providers.ts';
import type { Step, StepName } from '../../core/receipt.ts';
import { page } from '../wire/page.ts';
import type { Store } from '../exits/store.ts';

const nouns: Partial<Record<StepName, string>> = {
  identity: 'the connection to your account here',
  data: 'what was stored from your profile there',
  'login-id': 'e-mail address or user name that came with it',
  grant: 'the permission you had given there',
  token: 'access that was kept for it',
  sessions: 'sessions that were signed in with it',
};

const outcomeOf = ({ step, status, reason }: Step): string => {
  if (step === 'identity' && status === 'kept')
    return 'kept as a way to sign in here; nothing else of it is left';
  if (step === 'login-id' && status === 'kept') return 'kept: your account here is known by it';
  if (status === 'done') return 'deleted or ended';
  if (status === 'already') return 'nothing was left';
  return reason ? `${status}: ${reason}` : status;
};

/**
 * The page where a person sees what became of a request to delete data, at the address the provider was given.
 *
 * @see providers.md section 5.1
 */
export const deletionPage = async (store: Store, code: string): Promise<Response> => {
  const found = /^[0-9a-f]{32}$/.test(code) ? await store.exits.readDeletion(code) : undefined;
  if (!found)
    return page(
      'Deletion of your data',
      html`<p>No request has this code, or it was answered more than a year ago.</p>`,
      404,
    );
  const name = providerRow(found.provider)?.name ?? found.provider;
  return page(
    'Deletion of your data',
    html`<p>Asked for through ${name}, answered on ${found.at.toISOString().slice(0, 10)}.</p>
      <ul>
        ${found.receipt.map((step) => html`<li>${nouns[step.step] ?? step.step}: ${outcomeOf(step)}</li> `)}
      </ul>
      <p>Confirmation code: ${code}</p>`,
    200,
  );
};
