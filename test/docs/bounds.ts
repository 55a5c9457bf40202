import { bounds } from '../security/bounds.ts';
import { heading, section, table } from './markdown.ts';

/** The page of everything that somebody outside can make longer, larger or more, and how far. */
export const makeBounds = (): string =>
  section(
    heading('Bounds'),
    'Whatever somebody outside can make longer, larger or more has a limit. A test holds each row against the code, and another goes beyond it.',
    table([
      ['what', 'at most', 'beyond that'],
      ...bounds.map(({ what, limit, beyond }) => [what, limit, beyond]),
    ]),
  );
