import type { Site } from '../config/sites.ts';
import type { StreamOf } from './streams.ts';

/** The stream of a transmitter that a site has configured. */
export interface SiteStream extends StreamOf {
  site: Site;
  provider: string;
}

/** The streams that a site has configured. */
export const streamsOf = (site: Site): SiteStream[] =>
  Object.entries(site.providers).flatMap(([provider, { transmitter }]) => {
    const address = `${site.publicUrl}/inbound/${site.apiKey}/${provider}/security-event`;
    const description = `outro ${site.apiKey} ${provider}`;
    return transmitter ? [{ site, provider, transmitter, address, description }] : [];
  });
