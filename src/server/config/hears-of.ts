import type { Hears, SecurityEvents } from '../../providers/row.ts';
import { providerRow } from '../../providers/providers.ts';
import { signals } from '../../providers/signals.ts';
import type { Site } from './sites.ts';
import { configurationOf, type Transmitter } from './transmitter-settings.ts';

const rowOf = (transmitter: Transmitter): SecurityEvents => ({
  kind: 'security-event',
  signer: { configuration: configurationOf(transmitter), issuer: transmitter.issuer },
  means: Object.fromEntries(
    transmitter.events.map((name) => [signals[name].type, signals[name].means]),
  ),
  isSharedSignal: true,
  status: 202,
  confidence: 'documented',
});

/**
 * What a provider tells a site: what its row of the provider table says, and what the site has configured besides. A
 * transmitter stands in place of the row's own security events.
 */
export const hearsOf = (
  provider: string,
  { transmitter, globalTokenRevocation }: Site['providers'][string],
): Hears[] => {
  const rows = providerRow(provider)?.hears ?? [];
  return [
    ...rows.filter(({ kind }) => !transmitter || kind !== 'security-event'),
    ...(transmitter ? [rowOf(transmitter)] : []),
    ...(globalTokenRevocation
      ? [{ kind: 'global-token-revocation', confidence: 'documented' } as const]
      : []),
  ];
};
