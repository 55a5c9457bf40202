import { newestFact, providers, type ProviderRow } from '../../src/providers/providers.ts';
import {
  countProviders,
  legend,
  tabulateProviders,
} from '../../src/server/operate/provider-list.ts';
import { heading, section, table } from './markdown.ts';

const pages = Object.entries<ProviderRow>(providers).flatMap(([id, { connectedApps }]) =>
  connectedApps ? [[id, connectedApps.url, connectedApps.confidence]] : [],
);

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
    `Where the person sees which sites are connected and can remove one, ${pages.length} addresses. A receipt has it as \`url\` where outro can't take the permission back, \`supports('…')\` as \`connectedApps\`.`,
    table([['provider', 'page of connected apps', 'confidence'], ...pages]),
  );
