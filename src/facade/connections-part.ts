/** The later file of the script with what people see. */
import { createDefineConnections } from '../element/define-connections.ts';
import { showEditConnections } from './connections.ts';
import { handOver, type Parts } from './load-part.ts';
import { parts } from './parts.ts';
import { createServedResources } from './served-resources.ts';

const part: Parts['connections'] = (base, load) => {
  const resources = createServedResources(base);
  let removal: Promise<Parts['removal']> | undefined;
  const bringRemoval = (): Promise<Parts['removal']> => {
    const bringing = (removal ??= load('removal', parts.removal));
    // What did not come is asked for again.
    bringing.catch(() => (removal = undefined));
    return bringing;
  };
  const defineConnections = createDefineConnections(resources, bringRemoval);
  return {
    defineConnections,
    showEditConnections(client, params) {
      defineConnections(client);
      showEditConnections(client, params, resources);
    },
  };
};
handOver('connections', part);
