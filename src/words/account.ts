/** A person at a provider, as far as anything is known. */
export interface Person {
  provider: string;
  providerUID?: string | undefined;
  nickname?: string | undefined;
  firstName?: string | undefined;
  lastName?: string | undefined;
  email?: string | undefined;
}

/** What is known of who somebody is there, the most telling first. */
const tellings = ({ nickname, firstName, lastName, email }: Person): string[] => {
  const name = nickname || [firstName, lastName].filter(Boolean).join(' ');
  return [...new Set([name, email || ''])].filter(Boolean);
};

/** So much of it as tells the accounts of one provider apart; their ids where nothing else does. */
export const accountOf = (one: Person, found: readonly Person[]): string => {
  const others = found.filter((other) => other !== one && other.provider === one.provider);
  const [name = '', ...more] = tellings(one);
  if (others.length === 0) return name;
  const told = [name, ...more].join(' · ');
  const isTold = told !== '' && others.every((other) => tellings(other).join(' · ') !== told);
  return isTold ? told : [told, one.providerUID].filter(Boolean).join(' · ');
};
