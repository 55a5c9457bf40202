import { isOutroError } from '../../core/is-outro-error.ts';
import type { Keyring } from '../config/keyring.ts';
import type { Newcomer, Trouble } from '../rules/newcomer.ts';
import { toNewcomer } from './account-line.ts';
import type { SourceRecord } from './source.ts';

/** A record on its way in. */
export interface Coming {
  record: SourceRecord;
  newcomer: Newcomer | undefined;
  troubles: Trouble[];
}

// Accounts and bytes of one batch at most: one statement, one commit.
const batchCount = 500;
const batchSize = 4_194_304;

const read = (record: SourceRecord, site: string, keyring: Keyring): Coming => {
  const { troubles = [], line, isRefused } = record;
  if (isRefused) return { record, newcomer: undefined, troubles };
  try {
    return { record, newcomer: toNewcomer(line, site, keyring), troubles };
  } catch (error) {
    if (!isOutroError(error)) throw error;
    const [path = '', ...text] = (error.details ?? '').split(': ');
    const trouble: Trouble = { kind: 'invalid', path, text: text.join(': ') };
    return { record, newcomer: undefined, troubles: [...troubles, trouble] };
  }
};

/** Gathers what comes into batches that hold each uid once; a source's own mark ends one. */
export async function* batchesOf(
  records: AsyncIterable<SourceRecord>,
  { site, signal }: { site: string; signal: AbortSignal | undefined },
  keyring: Keyring,
): AsyncGenerator<Coming[]> {
  let batch: Coming[] = [];
  let uids = new Set<string>();
  let size = 0;
  for await (const record of records) {
    const coming = read(record, site, keyring);
    const uid = coming.newcomer?.uid;
    const isFull = batch.length >= batchCount || size + record.text.length > batchSize;
    if (batch.length > 0 && (isFull || (uid !== undefined && uids.has(uid)))) {
      yield batch;
      [batch, uids, size] = [[], new Set(), 0];
    }
    if (signal?.aborted) break;
    batch.push(coming);
    if (uid !== undefined) uids.add(uid);
    size += record.text.length;
    if (record.mark !== undefined) {
      yield batch;
      [batch, uids, size] = [[], new Set(), 0];
    }
  }
  if (batch.length > 0) yield batch;
}
