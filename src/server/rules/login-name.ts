import { domainToASCII } from 'node:url';
import { fail } from '../../core/error.ts';
import type { LoginId } from './account.ts';

// One normal form of what people are known by, the same wherever it is written and wherever it is looked up. Two
// spellings are one name only where no reader could take them for two; what merely looks alike is refused.

// What shows nothing, controls, stands for itself only, or has no meaning yet and may get another one.
const unseen = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u;

// RFC 8264 IdentifierClass: printable ASCII, letters, marks and digits, without old Hangul and the exceptions of its
// section 9.6; of a user name, several of these with single spaces between (RFC 8265 section 3.1).
const part = String.raw`[\x21-\x7e\p{Ll}\p{Lu}\p{Lo}\p{Lm}\p{Mn}\p{Mc}\p{Nd}]+`;
const nameForm = new RegExp(`^${part}(?: ${part})*$`, 'u');
const exceptions =
  /[\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb]/u;

const hostForm = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/;

// Full width, ligatures, superscripts, long s: another spelling of a sign that looks like the plain one.
const isCompatible = (text: string): boolean => text.normalize('NFKC') === text.normalize('NFC');

const isOneSign = (text: string): boolean => /^.$/su.test(text);

// Unicode's simple folding: no letter becomes two, so that ß stays itself, and the dotless ı is no i.
const foldOne = (sign: string): string => {
  const lower = sign.toLowerCase();
  if (!isOneSign(lower) || lower === '\u0131') return sign;
  const upper = lower.toUpperCase();
  return isOneSign(upper) ? upper.toLowerCase() : lower;
};

// Nearly every address: of these signs, folding is lower case.
const isAscii = /^[\0-\x7f]*$/;

// Sign by sign: a whole word's final sigma would become a letter of its own.
const fold = (text: string): string =>
  isAscii.test(text)
    ? text.toLowerCase()
    : text.normalize('NFC').replace(/./gsu, foldOne).normalize('NFC');

const normalEmail = (text: string): string | undefined => {
  const at = text.lastIndexOf('@');
  const [local, host] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || unseen.test(text)) return undefined;
  const domain = domainToASCII(host);
  return hostForm.test(domain) ? `${fold(local)}@${domain}` : undefined;
};

const normalName = (text: string): string | undefined => {
  // After folding: what it makes of a sign must be admitted as well.
  const name = text.normalize('NFC').toLowerCase().normalize('NFC');
  const isName = nameForm.test(name) && !exceptions.test(name);
  return isName && !unseen.test(name.replaceAll(' ', '')) ? name : undefined;
};

/**
 * A login id as it is compared: of an e-mail the local part in NFC and case-folded and the domain as IDNA has it, of a
 * user name RFC 8265 UsernameCaseMapped (its rule for text from right to left is about display, and is not asked).
 *
 * @returns `undefined` for what is none, and for what compatibility mapping (NFKC) would change
 * @see RFC 8265 section 3.3; UTS #46; design.md section 6
 */
export const normalLoginId = (kind: LoginId['kind'], value: string): string | undefined => {
  const text = value.trim();
  if (!isCompatible(text)) return undefined;
  if (kind === 'email') return normalEmail(text);
  if (kind === 'username') return normalName(text);
  return text === '' || unseen.test(text.replaceAll(' ', '')) ? undefined : fold(text);
};

const expected: Record<LoginId['kind'], string> = {
  email: 'an e-mail address',
  username: 'a name of letters, digits and ASCII signs',
  phone: 'a phone number',
};

/**
 * The same, where it has to be one.
 *
 * @param parameter it came in, for the refusal.
 * @throws invalidParameter
 */
export const requireLoginId = (kind: LoginId['kind'], value: string, parameter: string): string =>
  normalLoginId(kind, value) ??
  fail(
    'invalidParameter',
    `${parameter}: expected ${expected[kind]} in its plain spelling, without full-width or other compatibility characters and without invisible ones`,
  );

/** Whether two login ids of a kind are one; what is none is like nothing. */
export const isSameLoginId = (
  one: Pick<LoginId, 'kind' | 'value'>,
  other: Pick<LoginId, 'kind' | 'value'>,
): boolean => {
  const name = one.kind === other.kind ? normalLoginId(one.kind, one.value) : undefined;
  return name !== undefined && name === normalLoginId(other.kind, other.value);
};

/** Whether two texts are one e-mail address. */
export const isSameEmail = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined &&
  other !== undefined &&
  isSameLoginId({ kind: 'email', value: one }, { kind: 'email', value: other });
