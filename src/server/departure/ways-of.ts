import { providerRow, type Logout } from '../../providers/providers.ts';
import type { Site } from '../config/sites.ts';

/** How a provider can be left, in order: as the site configured it, else as the provider table says. */
export const waysOf = (site: Site, provider: string): readonly Logout[] =>
  site.providers[provider]?.logout ?? providerRow(provider)?.logout ?? [];
