import type { Departure, Step } from '../../core/receipt.ts';

type Connection = NonNullable<Departure['fedcm']>;

/** The static method of federated credentials, where a browser has it. */
interface Credentials {
  IdentityCredential?: {
    disconnect?: (given: Connection) => Promise<unknown>;
  };
}

/**
 * Makes browser and provider forget a connection that was made by FedCM, and says what came of it. A refusal proves
 * nothing: the browser then forgets every account of this site at the provider, and refuses all the same.
 *
 * @param limit milliseconds.
 * @see https://w3c-fedid.github.io/FedCM/ "disconnect"; providers.md section 5.11
 */
export const forgetConnection = async (
  provider: string,
  connection: Connection,
  window: Window,
  limit: number,
): Promise<Step[]> => {
  const about = { step: 'grant', provider } as const;
  const { IdentityCredential } = window as Window & Credentials;
  if (!IdentityCredential?.disconnect)
    return [{ ...about, status: 'unsupported', reason: 'this browser has no FedCM disconnect' }];
  const late = new Promise<never>((_, reject) => setTimeout(reject, limit, 'no answer in time'));
  try {
    await Promise.race([IdentityCredential.disconnect(connection), late]);
    return [{ ...about, status: 'done', reason: 'FedCM: provider and browser forgot it' }];
  } catch (error) {
    return [{ ...about, status: 'asked', reason: `FedCM: ${String(error)}` }];
  }
};
