import { sameProviders } from '../../providers/providers.ts';
import type { ProviderPerson } from './account.ts';
import { requireLoginId } from './login-name.ts';
import type { NewcomerName } from './newcomer.ts';

/** A person at a provider, as one text. */
export const keyOfPerson = ({ provider, subProvider, providerUid }: ProviderPerson): string =>
  [provider, subProvider, providerUid].join('\n');

/** A login id, as one text, in its normal form. */
export const keyOfName = ({ kind, value }: Pick<NewcomerName, 'kind' | 'value'>): string =>
  `${kind}\n${requireLoginId(kind, value, 'loginIDs')}`;

/** Everybody of whom it counts whether they were removed: a person goes by every name of the network. */
export const namesOf = ({ provider, ...person }: ProviderPerson): ProviderPerson[] =>
  sameProviders(provider).map((id) => ({ ...person, provider: id }));
