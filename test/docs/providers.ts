import { newestFact } from '../../src/providers/providers.ts';
import {
  countProviders,
  legend,
  tabulateProviders,
} from '../../src/server/operate/provider-list.ts';
import { heading, section, table } from './markdown.ts';

/** `src/docs/providers.md`. */
export const makeProviders = (): string =>
  section(
    heading('Providers'),
    `The provider table (\`src/providers/\`), facts up to ${newestFact}. \`npx outro providers\` prints the same, \`--json\` for programs; \`supports('…')\` from \`outro\` or \`outro/server\` answers it typed.`,
    table(countProviders()),
    legend
      .trim()
      .split(/\n(?=\w)/)
      .map((line) => `- **${line.replace(/\s+/, '**: ').replaceAll(/\s+/g, ' ')}`)
      .join('\n'),
    table(tabulateProviders()),
  );
