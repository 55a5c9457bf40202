import { $ZodObject, $ZodOptional, $ZodTransform, safeParse } from 'zod/v4/core';
import type * as z from 'zod/v4/core';
import { fail } from './error.ts';

// Only three kinds of schema, and of these the bare ones that zod/mini itself stands on: its methods, which nothing
// here calls, cost a page 600 bytes, and each further kind 100 to 400. The texts say what was expected; the refusal
// names the parameter.

/** An object with these fields; other fields are dropped. */
export const object = <Shape extends z.$ZodLooseShape>(shape: Shape) =>
  new $ZodObject({ type: 'object', shape }) as z.$ZodObject<Shape, z.$strip>;

/** A field that may be left out. */
export const optional = <Schema extends z.$ZodType>(innerType: Schema) =>
  new $ZodOptional({ type: 'optional', innerType }) as z.$ZodOptional<Schema>;

/** Text of at most `length` characters, without control characters. */
export const textField = (length: number, least = 0) =>
  matching(
    // oxlint-disable-next-line no-control-regex -- control characters are what it refuses
    new RegExp(`^[^\\u0000-\\u001f]{${least},${length}}$`),
    `text of ${least} to ${length} characters, no control characters`,
  );

/** A list with commas between; white space in it, line breaks too, is its writer's own business. */
export const listField = () => matching(/^[^]{0,3000}$/, 'at most 3000 characters');

/** JSON: as text, or as what pages write for it. */
export const jsonField = () =>
  reading(
    (value: object | string) => (typeof value === 'string' ? value : JSON.stringify(Object(value))),
    'JSON text',
  );

/** Text of a form. */
export const matching = <Text extends string = string>(form: RegExp, expected: string) =>
  reading<Text, string>(
    (value) => (typeof value === 'string' && form.test(value) ? value : undefined),
    expected,
  );

// `undefined` from `read` means that the value is not one of those expected.
const reading = <Input, Output>(
  read: (value: Input) => Output | undefined,
  expected: string,
  fallback?: Output,
) =>
  new $ZodTransform({
    type: 'transform',
    transform: (input, { issues }) => {
      const output = input === undefined ? fallback : read(input as Input);
      if (output === undefined) issues.push({ code: 'custom', input, message: expected });
      return output;
    },
  }) as z.$ZodTransform<Output, Input | undefined>;

/**
 * `provider`: the spelling of a provider id, of which editors may know some. Whether anybody knows it is the backend's to
 * say, since the provider table is there: a page does not pay for 64 rows in order to name one.
 */
export const providerField = <Name extends string>() =>
  matching<Name>(/^[\w.+-]{1,50}$/, 'a provider id such as facebook');

/** Name of an external login provider or its network: lower case, at most 50 characters. */
export const externalNameField = () =>
  matching(/^[a-z0-9_.-]{1,50}$/, 'lower case, at most 50 characters');

/** `cid`: context id of at most 100 characters, for reports. */
export const cidField = () => textField(100);

const booleans = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/**
 * A boolean as pages and SDKs write it: `true`, `'true'`, `1`, `'1'` and their counterparts, any case.
 *
 * @param fallback what it is when nobody says.
 */
export const booleanField = (fallback?: boolean) =>
  reading(
    (value: boolean | 'true' | 'false' | 0 | 1 | '0' | '1') =>
      booleans.get(String(value).toLowerCase()),
    'true or false',
    fallback,
  );

/**
 * `forceProvidersLogout`: true, false, or the ids of the providers to leave, as a list or with commas between.
 * Whether anybody knows them is the backend's to say.
 */
export const leavingField = () =>
  reading(
    (value: boolean | 0 | 1 | string | readonly string[]) => {
      const text = String(value)
        .replace(/\s*,\s*/g, ',')
        .trim();
      return (
        booleans.get(text.toLowerCase()) ??
        (/^[\w.+-]{1,50}(,[\w.+-]{1,50})*$/.test(text) ? text.split(',') : undefined)
      );
    },
    'true, false, or provider ids such as facebook,yahoo',
    true,
  );

/**
 * One of the given words, ignoring case.
 *
 * @param fallback which it is when nobody says.
 */
export const wordField = <const Word extends string>(words: Word[], fallback?: Word) =>
  reading(
    (value: Word) =>
      words.find((word) => typeof value === 'string' && word === value.toLowerCase()),
    `one of ${words.join(', ')}`,
    fallback,
  );

/**
 * Seconds as pages and servers write them; more than the most is the most.
 *
 * @param fallback how many when nobody says.
 */
export const secondsField = (most: number, fallback: number) =>
  reading(
    (value: number | string) =>
      /^\d{1,12}$/.test(String(value)) && Number(value) > 0
        ? Math.min(Number(value), most)
        : undefined,
    'whole seconds, more than 0',
    fallback,
  );

/** How long a session lives: whole seconds, -1, or -2. */
export const lifetimeField = () => matching(/^(-[12]|\d{1,9})$/, 'whole seconds, or -1, or -2');

/** `UID`: the account's id at the site, at most 300 characters. */
export const uidField = () => textField(300, 1);

/** Makes a schema on first use and keeps it: importing this library builds none. */
export const lazy = <Value>(make: () => Value): (() => Value) => {
  let made: { value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
};

/**
 * Checks parameters against a schema; unknown parameters are dropped.
 *
 * @param name of the parameter that these are the content of, if they are.
 * @throws missingParameter, invalidParameter: the first parameter at fault, and what was expected
 */
export const parseParams = <Schema extends z.$ZodType>(
  schema: Schema,
  params: unknown,
  name = '',
): z.output<Schema> => {
  const parsed = safeParse(schema, params, { reportInput: true });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues as [z.$ZodIssue];
  const path = [name, ...issue.path].join('.').replace(/^\./, '');
  return fail(
    issue.input === undefined ? 'missingParameter' : 'invalidParameter',
    `${path || 'parameters'}: expected ${issue.message}`,
  );
};
