/** The later file of the script with what people see. */
import { defineConnections } from '../element/define-connections.ts';
import { showEditConnections } from './connections.ts';
import { handOver, type Parts } from './load-part.ts';

const part: Parts['connections'] = { showEditConnections, defineConnections };
handOver('connections', part);
