import { readSource, type DocumentedField } from './docstrings.ts';
import { heading, section, table, tick } from './markdown.ts';
import { listMethods } from './methods.ts';

const source = readSource('browser/events.ts');

const fieldsTable = (fields: DocumentedField[]): string =>
  table([
    ['field', 'type', 'what'],
    ...fields.map(({ name, type, doc }) => [tick(name), tick(type), doc.text]),
  ]);

const describe = ({ name, type }: DocumentedField): string => {
  const { doc, fields } = source.interface(type);
  const causes = listMethods().filter(({ row }) => row.event === name);
  const own = fields.filter((one) => one.name !== 'eventName');
  const handler = `on${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return section(
    `## \`${name}\``,
    `${doc.text} Listen with \`outro.on('${name}', …)\`, or \`addEventHandlers({ ${handler}: … })\`.`,
    causes.length === 0
      ? 'Fired where the backend tells of it.'
      : `Fired here by ${causes.map((one) => `[\`${one.name}\`](methods.md#${one.name.toLowerCase()})`).join(', ')} once it has succeeded: after the receipt is complete, before callback and promise.`,
    ...(own.length > 0 ? [fieldsTable(own)] : []),
  );
};

/** Every event, by name. */
export const listEvents = (): string[] => source.interface('Events').fields.map(({ name }) => name);

/** `src/docs/events.md`. */
export const makeEvents = (): string =>
  section(
    heading('Events'),
    'A refused call fires nothing. One listener that throws stops no other. Every event has:',
    fieldsTable(source.interface('BaseEvent').fields),
    "Without `remote`, this page did it, and `receipt` is the whole receipt. With `remote: true` it happened in another tab (told through a `BroadcastChannel`), or in another browser, at a server or at the provider (told through the backend's stream, which one tab of a browser keeps open while somebody is signed in and a page listens); `context` is then `null`, and `receipt` is what the one that told it knew.",
    ...source.interface('Events').fields.map(describe),
  );
