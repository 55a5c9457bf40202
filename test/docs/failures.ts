import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { codeOf, codes, httpStatus, messageOf, type FailureName } from '../../src/core/codes.ts';
import { heading, section, table, tick } from './markdown.ts';
import { listMethods } from './methods.ts';

const src = fileURLToPath(new URL('../../src/', import.meta.url));

// Whether it is raised in one of these files.
const isRaisedIn = (pattern: string, name: FailureName): boolean =>
  globSync(pattern, { cwd: src }).some((file) =>
    new RegExp(`(fail|refusal|OutroError)\\(\\s*'${name}'`).test(readFileSync(src + file, 'utf8')),
  );

// What a request passes before its method is reached.
const gate =
  'server/{wire/request,wire/body,wire/parameters,wire/document,wire/answer,http/mount,http/cross-origin,caller/identify,caller/keys,caller/proof,caller/bearer}.ts';

const placesOf = (name: FailureName): string => {
  const methods = listMethods().filter(({ fails }) => fails.includes(name));
  const places = [
    ...(isRaisedIn(gate, name) ? ['any request'] : []),
    ...methods.map((one) => `[\`${one.name}\`](methods.md#${one.name.toLowerCase()})`),
    ...(isRaisedIn('server/inbound/*.ts', name) ? ['messages of providers'] : []),
    ...(isRaisedIn('{browser,facade}/**/*.ts', name) ? ['the client, of itself'] : []),
  ];
  return places.join(', ') || "the vendor's cloud";
};

/** `src/docs/failures.md`. */
export const makeFailures = (): string =>
  section(
    heading('Failures'),
    'Each is one row of the failure table (`src/core/codes.ts`). The client rejects with an `OutroError` whose `failure` is the name; answers and the façade carry the number as `errorCode` and the message as `errorMessage`; `errorDetails` (`error.details`) names the parameter or condition at fault, what was expected and what to do. HTTP answers 200, or with `httpStatusCodes=true` the status.',
    'Where a row names methods, others that check parameters or the caller may give it too (`invalidParameter`, `missingParameter`, `unauthorizedUser`). A number that is not here counts as `serverError`, and keeps its number in `error.code`.',
    table([
      ['failure', 'number', 'HTTP', 'message', 'given by'],
      ...(Object.keys(codes) as FailureName[]).map((name) => [
        tick(name),
        String(codeOf(name)),
        String(httpStatus(codeOf(name))),
        messageOf(name),
        placesOf(name),
      ]),
    ]),
  );
