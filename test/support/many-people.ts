import { createWriteStream, readFileSync } from 'node:fs';
import { once } from 'node:events';

/** One of many people: with a password, a network or two, names as people have them. */
export const personOf = (index: number): object => ({
  UID: `person-${index}`,
  created: new Date(Date.UTC(2012, 0, 1) + index * 1000).toISOString(),
  profile: {
    firstName: `First ${index}`,
    lastName: 'Läst',
    email: `person-${index}@mail.example`,
    photoURL: `https://photos.example/${index}.jpg`,
  },
  identities: [
    {
      provider: 'facebook',
      providerUID: `10${index}`,
      lastLoginTime: 1_400_000_000 + (index % 1_000_000),
      nickname: `First ${index}`,
      refreshToken: `a token that somebody was given, number ${index}`,
    },
    ...(index % 2 ? [{ provider: 'google', providerUID: `20${index}` }] : []),
  ],
  loginIDs: [
    { value: `person-${index}@mail.example`, wayIn: 'password' },
    ...(index % 3 ? [] : [{ value: `person.${index}`, kind: 'username' }]),
  ],
});

/** Writes a file of so many records. */
export const writeMany = async (
  file: string,
  count: number,
  recordOf: (index: number) => object = personOf,
): Promise<void> => {
  const stream = createWriteStream(file);
  let text = '';
  for (let index = 0; index < count; index += 1) {
    text += `${JSON.stringify(recordOf(index))}\n`;
    if (text.length < 500_000) continue;
    if (!stream.write(text)) await once(stream, 'drain');
    text = '';
  }
  stream.end(text);
  await once(stream, 'finish');
};

/** The most memory that a process has had at once, in MB; 0 where this system does not say. */
export const peakOf = (pid: number | undefined): number => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Math.round(Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
};
