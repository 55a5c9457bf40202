/** The later file of the script with what people see. */
import { createDefineConnections } from '../element/define-connections.ts';
import { showEditConnections } from './connections.ts';
import { handOver, type Parts } from './load-part.ts';
import { createServedResources } from './served-resources.ts';

const part: Parts['connections'] = (base) => {
  const resources = createServedResources(base);
  const defineConnections = createDefineConnections(resources);
  return {
    defineConnections,
    showEditConnections(client, params) {
      defineConnections(client);
      showEditConnections(client, params, resources);
    },
  };
};
handOver('connections', part);
