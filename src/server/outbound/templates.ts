/** What the placeholders of a table's texts stand for, by name. */
export type Values = Record<string, string | undefined>;

const placeholder = /\{(\w+)\}/g;

/** Names of the placeholders in a text. */
export const namesIn = (text: string): string[] =>
  [...text.matchAll(placeholder)].map(([, name = '']) => name);

/** Fills a text as it stands; what is not known leaves a gap. */
export const fill = (text: string, values: Values): string =>
  text.replace(placeholder, (_, name: string) => values[name] ?? '');

// A tenant is a host, and an endpoint is a whole address.
const isPlain = (name: string): boolean => name === 'tenant' || name.endsWith('Endpoint');

/** Fills an address: each value is one part of it, whatever a provider calls its users. */
export const fillAddress = (url: string, values: Values): string => {
  const encoded = Object.entries(values).map(([name, value = '']) => [
    name,
    isPlain(name) ? value : encodeURIComponent(value),
  ]);
  return fill(url, Object.fromEntries(encoded) as Values);
};

/** Fills texts that each stand for themselves. */
export const fillAll = (
  texts: Readonly<Record<string, string>>,
  values: Values,
): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, fill(text, values)]));
