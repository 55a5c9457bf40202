import type { Explanation } from '../browser/answers.ts';
import type { Client } from '../browser/client.ts';
import type { Identity, User, UserWithAll } from '../browser/user.ts';
import { isOutroError } from '../core/is-outro-error.ts';
import { accountOf } from '../words/account.ts';
import type { Connection, Connections, Removal, Target } from './connection.ts';
import type { ProviderLook } from './resources.ts';

/** Nobody is signed in. */
export const nobody: Connections = { isSignedIn: false, list: [], all: undefined, looks: {} };

// So many are explained at once; of more, each when somebody asks.
const explained = 8;

/**
 * What a removal would do. What goes wrong leaves it possible and unexplained, but for a page without the session, which is
 * told so.
 *
 * @throws unauthorizedUser
 */
export const explain = async (
  client: Client,
  removal: Removal,
  names: Target['names'],
): Promise<Explanation | undefined> => {
  try {
    return await client.explainRemoval({ ...removal, ...names });
  } catch (error) {
    if (isOutroError(error) && error.failure === 'unauthorizedUser') throw error;
    return undefined;
  }
};

const identitiesOf = ({ identities }: User | UserWithAll): Identity[] =>
  Array.isArray(identities) ? ([...identities] as Identity[]) : Object.values(identities);

/** What of the connections is of interest. */
export interface Interest {
  removal: Removal;
  /** Which providers. */
  shows: (provider: string) => boolean;
  /** Whether removing all of them at once is. */
  wantsAll: boolean;
}

const toConnection = (one: Identity, found: Identity[]): Connection => {
  const { provider, subProvider, providerUID, isLoginIdentity } = one;
  return {
    provider: subProvider ? `${provider}/${subProvider}` : provider,
    account: accountOf(one, found),
    isCurrent: isLoginIdentity === true,
    // Always by its id: somebody else may have signed in since, with the same provider.
    names: { provider, ...(subProvider && { subProvider }), ...(providerUID && { providerUID }) },
    explanation: undefined,
  };
};

const looksOf = (targets: (Target | undefined)[]): Record<string, ProviderLook> => {
  const looks: Record<string, ProviderLook> = {};
  for (const target of targets)
    for (const [id, name] of Object.entries(target?.explanation?.names ?? {}))
      // By its own key only: an id is whatever the backend says.
      Object.defineProperty(looks, id, {
        value: { name, mark: target?.explanation?.marks?.[id] },
        enumerable: true,
        configurable: true,
      });
  return looks;
};

/**
 * Asks who is signed in, to what they are connected, and what removing each would do.
 *
 * @throws networkError, requestTimeout, serverError
 */
export const readConnections = async (
  client: Client,
  { removal, shows, wantsAll }: Interest,
): Promise<Connections> => {
  try {
    const { user } = await client.getUserInfo({ includeAllIdentities: true });
    if (!user.UID) return nobody;
    const found = identitiesOf(user);
    const list = found
      .filter(({ provider }) => shows(provider))
      .map((one) => toConnection(one, found));
    // All of them means those that are not shown, too.
    const isAll = list.length > 1 && list.length === found.length;
    const isMany = list.length > explained;
    const everything: Target = { names: {}, explanation: undefined };
    await Promise.all(
      // All together say how the providers of many are called.
      [...(isMany ? [] : list), ...(isMany || (isAll && wantsAll) ? [everything] : [])].map(
        async (target) => {
          target.explanation = await explain(client, removal, target.names);
        },
      ),
    );
    return {
      isSignedIn: true,
      list,
      all: isAll && wantsAll ? everything : undefined,
      looks: looksOf([...list, everything]),
    };
  } catch (error) {
    if (isOutroError(error) && error.failure === 'unauthorizedUser') return nobody;
    throw error;
  }
};
