import { fail } from '../../core/error.ts';

/** Bytes of an address, and of a body; the longest honest request is a tenth of it. */
export const bytesAtMost = 64 * 1024;

// Of address and body together, of a form, of an object, of a document; the most that a known client sends is thirty.
const parametersAtMost = 200;

/** Names and values of a request, as they were sent; each name once. */
export interface Parameters {
  params: Map<string, string>;
  /** Value of a parameter, its name in any case. */
  param(name: string): string | undefined;
  /** Whether a parameter stood in the address, which ends up in logs and histories. */
  isInAddress(name: string): boolean;
}

/**
 * Refuses more parameters than anybody needs.
 *
 * @throws invalidRequest
 */
export const refuseMany = (count: number): void => {
  if (count > parametersAtMost)
    fail('invalidRequest', `parameters: expected at most ${parametersAtMost}`);
};

/**
 * Refuses the second of two answers to one question.
 *
 * @throws invalidParameter
 */
export const refuseTwice = (name: string, isKnown: boolean): void => {
  if (isKnown) fail('invalidParameter', `${name.slice(0, 50)}: expected once, given twice`);
};

// Counted before anything is decoded: a flood of parameters costs the one who sends it.
const readPairs = (text: string): URLSearchParams => {
  let count = 1;
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) count += 1;
  refuseMany(count);
  // After a broken escape Node takes the lower halves of all other letters for bytes: `%C3😀` ends in `=` and NUL.
  return new URLSearchParams(text.replace(/[\u0080-\uffff]+/g, encodeURIComponent));
};

/**
 * Reads the parameters of an address and of a form, which count alike; each name once, wherever it stands.
 *
 * @param query of the address, without its question mark.
 * @throws invalidRequest when there are too many, invalidParameter when one is given twice
 * @see design.md section 6 "judged before any cryptography"
 */
export const readParameters = (query: string, form = ''): Parameters => {
  const params = new Map<string, string>();
  const spelling = new Map<string, string>();
  const inAddress = readPairs(query);
  for (const pairs of [inAddress, readPairs(form)])
    for (const [name, value] of pairs) {
      // Names are read ignoring case, so two spellings would be two answers to one question.
      refuseTwice(name, spelling.has(name.toLowerCase()));
      spelling.set(name.toLowerCase(), name);
      params.set(name, value);
    }
  refuseMany(params.size);
  return {
    params,
    param: (name) => {
      const sent = spelling.get(name.toLowerCase());
      return sent === undefined ? undefined : params.get(sent);
    },
    isInAddress: (name) => {
      const sent = spelling.get(name.toLowerCase());
      return sent !== undefined && inAddress.has(sent);
    },
  };
};

/**
 * Reads the parameters of an address, where nothing else is looked at.
 *
 * @throws requestTooLarge; invalidRequest, invalidParameter as `readParameters`
 */
export const readAddress = ({ href, search }: URL): Parameters => {
  // Hosts that have no limit of their own hand it on whole.
  if (href.length > bytesAtMost)
    fail('requestTooLarge', `address: expected at most ${bytesAtMost} bytes`);
  return readParameters(search.slice(1));
};
