import { fail } from '../../core/error.ts';
import { uidIn, type Source, type SourceRecord } from './source.ts';
import { callVendor, type VendorAccess, type VendorAnswer } from './vendor.ts';
import { turnAccount, type VendorOptions } from './vendor-account.ts';

const requireWell = (answer: VendorAnswer, { row }: VendorAccess): VendorAnswer =>
  answer.errorCode === 0
    ? answer
    : fail(
        'operationNotAllowed',
        `${row.name} refuses ${row.search.method} with ${answer.errorCode}: ${answer.errorMessage ?? ''}; the user key must be permitted to call it`,
      );

/** The first page, or the one behind a cursor; a cursor that the vendor has forgotten leads to the first again. */
const open = async (
  access: VendorAccess,
  mark: string | undefined,
): Promise<{ answer: VendorAnswer; startsAnew: boolean }> => {
  const { method, first, cursor } = access.row.search;
  if (mark !== undefined) {
    const answer = await callVendor(access, method, { [cursor]: mark });
    if (answer.errorCode === 0) return { answer, startsAnew: false };
  }
  const answer = await callVendor(access, method, first);
  return { answer: requireWell(answer, access), startsAnew: mark !== undefined };
};

/** A vendor's accounts as they are there now, page by page. */
export const vendorPages = (access: VendorAccess, options: VendorOptions): Source => ({
  async *read(mark) {
    const { method, cursor, next, results } = access.row.search;
    let { answer, startsAnew } = await open(access, mark);
    let place = 0;
    for (;;) {
      const found: unknown[] = Array.isArray(answer[results]) ? answer[results] : [];
      const following = answer[next];
      const goesOn = typeof following === 'string' && following !== '';
      for (const [index, line] of found.entries()) {
        place += 1;
        const record: SourceRecord = { place, text: '', line, uid: uidIn(line) };
        yield {
          ...turnAccount(record, options),
          ...(startsAnew && { startsAnew: true as const }),
          ...(goesOn && index === found.length - 1 && { mark: following }),
        };
        startsAnew = false;
      }
      if (!goesOn || found.length === 0) return;
      answer = requireWell(await callVendor(access, method, { [cursor]: following }), access);
    }
  },
});
