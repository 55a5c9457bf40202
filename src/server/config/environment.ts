/** The environment of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/**
 * Fills what stands as `${NAME}` in any text of a configuration from the environment.
 *
 * @param missing is told of each name that the environment does not have, or has empty, with the place in the
 *   configuration.
 */
export const fillEnvironment = (
  given: unknown,
  environment: Environment,
  missing: (path: PropertyKey[], name: string) => void,
  path: PropertyKey[] = [],
): unknown => {
  if (typeof given === 'string')
    return given.replace(/\$\{(\w+)\}/g, (whole, name: string) => {
      const value = environment[name];
      if (!value) missing(path, name);
      return value || whole;
    });
  if (Array.isArray(given))
    return given.map((one, index) => fillEnvironment(one, environment, missing, [...path, index]));
  // What code has made, a function or a key, is as it is.
  if (typeof given !== 'object' || given === null || !isPlain(given)) return given;
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      fillEnvironment(value, environment, missing, [...path, name]),
    ]),
  );
};
