import { importAccounts, type ImportOptions, type ImportReport } from 'outro/server';
import type { ImportTrouble } from 'outro/server';
import { secret, startHouse, type House } from './house.ts';

/** What an import came to, and whom it named. */
export interface Imported {
  report: ImportReport;
  troubles: ImportTrouble[];
}

/** What functions for operators are given, for the site of a house. */
export const operatorOf = ({ apiKey, database }: Pick<House, 'apiKey' | 'database'>) => ({
  sites: [
    { apiKey, secret, publicUrl: 'https://outro.example', origins: ['https://shop.example'] },
  ],
  encryptionKeys: [{ id: 'test', key: secret }],
  store: database.store,
});

/** Lines of a file, as a stream of small pieces. */
export async function* piecesOf(lines: readonly (object | string)[]): AsyncGenerator<Uint8Array> {
  const text = lines.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n');
  const bytes = new TextEncoder().encode(`${text}\n`);
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

/** A house, and a way to bring people into it. */
export const startImport = async (site: Parameters<typeof startHouse>[0] = {}) => {
  const house = await startHouse(site);
  const bring = async (
    lines: readonly (object | string)[] | AsyncIterable<Uint8Array>,
    given: Partial<ImportOptions> = {},
  ): Promise<Imported> => {
    const troubles: ImportTrouble[] = [];
    const report = await importAccounts(
      operatorOf(house),
      Array.isArray(lines) ? piecesOf(lines) : (lines as AsyncIterable<Uint8Array>),
      { site: house.apiKey, onTrouble: (one) => troubles.push(one), ...given },
    );
    return { report, troubles };
  };
  /** What the site's server is told of somebody. */
  const info = async (UID: string) => {
    const user = await house.signed('socialize.getUserInfo', { UID });
    const account = await house.signed('accounts.getAccountInfo', {
      UID,
      include: 'profile,loginIDs,identities',
    });
    return { user, account };
  };
  return { house, bring, info };
};
