/**
 * Loads a package that only some sites need, when they need it.
 *
 * @throws Error that says how to install it
 */
export const loadPackage = async <Module>(
  name: string,
  importModule: () => Promise<Module>,
): Promise<Module> => {
  try {
    return await importModule();
  } catch (cause) {
    throw new Error(`${name} is not installed; run npm install ${name}`, { cause });
  }
};
