import type { PeopleSource } from '../../providers/sources.ts';

/** Where a site is at a vendor that has its people. */
export interface VendorPlace {
  row: PeopleSource;
  /** The site's key there. */
  apiKey: string;
  /** Its data centre, or the address before each method. */
  domain: string;
}

/** The place of a site at a vendor: its key there is the one it has here, where nobody says. */
export const placeOf = (
  row: PeopleSource,
  apiKey: string,
  given: { apiKey?: string | undefined; domain?: string | undefined },
): VendorPlace => ({ row, apiKey: given.apiKey ?? apiKey, domain: given.domain ?? row.domain });

/** The address of one of the vendor's methods. */
export const addressOf = (
  { row, domain }: Pick<VendorPlace, 'row' | 'domain'>,
  method: string,
): string =>
  domain.includes('://')
    ? `${domain.replace(/\/+$/, '')}/${method}`
    : row.url.replace('{domain}', domain).replace('{method}', method);

/** Where the vendor shows the keys that it signs with for a site. */
export const keysAddress = (place: VendorPlace): string => {
  const { method, parameters } = place.row.tokens.keys;
  const query = new URLSearchParams({ apiKey: place.apiKey, ...parameters });
  return `${addressOf(place, method)}?${query.toString()}`;
};

/** `iss` of what the vendor signs for a site. */
export const issuerOf = ({ row, apiKey }: Pick<VendorPlace, 'row' | 'apiKey'>): string =>
  row.tokens.issuer.replace('{apiKey}', apiKey);
