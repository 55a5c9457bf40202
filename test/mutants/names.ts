import { mutant, type Mutant } from './mutant.ts';

const p = 'postgres';
const s = 'security';

/** TABLE: who a name means, whose function an answer may call, and what a token may that somebody else made. */
export const names: readonly Mutant[] = [
  // Tokens
  mutant(
    'a token that a user key had made may what that key may',
    'caller/caller.ts',
    '    requireTokenMayCall(site, token, path);\n',
    '',
    p,
    'contract/authorization',
    '4.14',
  ),
  mutant(
    'the maker of a token is part of it',
    'caller/permission.ts',
    '`${createToken()}${mark}${userKey}`',
    'createToken()',
    p,
    'contract/authorization',
    '4.14',
  ),
  mutant(
    'no leave ticket for who may not log out',
    'methods/open-session.ts',
    'maker === undefined || mayCall(site, maker, remoteMethods.logout.path)',
    'true',
    p,
    'contract/authorization',
    'no leave ticket',
  ),
  mutant(
    'the unlink form is no way around permissions',
    'http/unlink-form.ts',
    "tokenMayCall(site, token, remoteMethods.unlink.path) ? token : ''",
    'token',
    p,
    'contract/authorization',
    'no leave ticket',
  ),
  // JSONP
  mutant(
    'jsonp is off until a site says otherwise',
    'wire/answer.ts',
    '  if (!jsonp)\n',
    '  if (jsonp && false)\n',
    s,
    'security/jsonp',
    '4.9',
  ),
  mutant(
    'no function of ours is a callback',
    'wire/answer.ts',
    '  if (found !== undefined)\n',
    '  if (found === "")\n',
    s,
    'security/jsonp',
    '4.9',
  ),
  mutant(
    'nor by way of the window',
    'wire/answer.ts',
    'callback.split(/[.[\\]]/).find((part) => ours.includes(part))',
    'callback.split(/[.[\\]]/, 1).find((part) => ours.includes(part))',
    s,
    'security/jsonp',
    '4.9',
  ),
];
