// What languages and libraries look for in any object is none of the vendor's names.
const vendorName = /^(?!then$|toJ|nodeT|jq)[a-z]\w*$/i;

// Made to be filled: whatever it is told, it gives itself back.
const filled: object = new Proxy({}, { get: () => () => filled });

/**
 * A namespace of the vendor's in which every name is there: what the target lacks is a function that answers, and a
 * namespace of more. A list of names would cost a page as much as a tenth of the script, and would never be complete.
 *
 * @param path of the namespace below `gigya`.
 * @param target what is really there; left out, nothing is.
 * @param answer answers a call, by the path of what was called.
 * @see names.ts
 */
export const standIn = <Target extends object>(
  path: string,
  answer: (path: string, given: never[]) => unknown,
  // A new function that can be made as well as called, whatever is made of functions when a script is shortened.
  target = Object.bind(null) as object as Target,
): Target =>
  new Proxy(target, {
    get(_, name) {
      const known = target as Record<string | symbol, unknown>;
      if (!(name in target) && vendorName.test(String(name)))
        known[name] = standIn(`${path}.${String(name)}`, answer);
      return known[name];
    },
    apply: (_, _this, given: never[]) => answer(path, given),
    construct: () => filled,
  });
