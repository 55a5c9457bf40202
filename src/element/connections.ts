import type { Client } from '../browser/client.ts';
import type { Identity, User } from '../browser/user.ts';
import { isOutroError } from '../core/is-outro-error.ts';
import type { Params } from '../core/methods.ts';
import type { Explanation } from '../browser/answers.ts';
import type { Connection, Target } from './connection.ts';

/** Parameters of a removal, whatever it removes. */
export type Removal = Omit<Params<'removeConnection'>, keyof Target['names']>;

/** The person's connections, and what removing each would do; nobody is signed in where there is none. */
export interface Connections {
  isSignedIn: boolean;
  list: Connection[];
  /** All of them at once, where there are several. */
  all: Target | undefined;
  /** Display names of providers by id, as far as the backend tells them. */
  names: Record<string, string>;
}

/** Nobody is signed in. */
export const nobody: Connections = { isSignedIn: false, list: [], all: undefined, names: {} };

// A page without the session is told so; what else goes wrong leaves the removal possible and unexplained.
const explain = async (client: Client, params: object): Promise<Explanation | undefined> => {
  try {
    return await client.explainRemoval(params);
  } catch (error) {
    if (isOutroError(error) && error.failure === 'unauthorizedUser') throw error;
    return undefined;
  }
};

const identitiesOf = ({ identities }: User): Identity[] =>
  Array.isArray(identities) ? ([...identities] as Identity[]) : Object.values(identities);

const accountOf = ({ nickname, firstName, lastName, email }: Identity): string =>
  nickname || [firstName, lastName].filter(Boolean).join(' ') || email || '';

/** What of the connections is of interest. */
export interface Interest {
  removal: Removal;
  /** Which providers. */
  shows: (provider: string) => boolean;
  /** Whether removing all of them at once is. */
  wantsAll: boolean;
}

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
    const shown = found.filter(({ provider }) => shows(provider));
    const list = shown.map(async (one): Promise<Connection> => {
      const { provider, subProvider, providerUID, isLoginIdentity } = one;
      // Always by its id: somebody else may have signed in since, with the same provider.
      const names: Target['names'] = {
        provider,
        ...(subProvider && { subProvider }),
        ...(providerUID && { providerUID }),
      };
      const explanation = await explain(client, { ...removal, ...names });
      const several = found.filter((other) => other.provider === provider).length > 1;
      const account = accountOf(one) || (several && providerUID) || '';
      return { provider, account, isCurrent: isLoginIdentity === true, names, explanation };
    });
    // All of them means those that are not shown, too.
    const isAll = wantsAll && shown.length > 1 && shown.length === found.length;
    const all = isAll
      ? explain(client, removal).then((explanation) => ({ names: {}, explanation }))
      : undefined;
    const targets = await Promise.all(list);
    return {
      isSignedIn: true,
      list: targets,
      all: await all,
      names: Object.assign({}, ...targets.map(({ explanation }) => explanation?.names)) as Record<
        string,
        string
      >,
    };
  } catch (error) {
    if (isOutroError(error) && error.failure === 'unauthorizedUser') return nobody;
    throw error;
  }
};
