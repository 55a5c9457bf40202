/**
 * Loads a package that only some sites need, when they need it.
 *
 * @param instead what may be done in place of installing it, where there is a choice
 * @throws Error that says how to add it
 */
export const loadPackage = async <Module>(
  name: string,
  importModule: () => Promise<Module>,
  instead?: string,
): Promise<Module> => {
  try {
    return await importModule();
  } catch (cause) {
    const choice = instead === undefined ? '' : `, or ${instead}`;
    throw new Error(`${name} is not installed; run npm install ${name}${choice}`, { cause });
  }
};
