/** The later file of the script with what people see when they take a connection away. */
import { createRemovalFlow } from '../element/create-removal-flow.ts';
import { handOver, type Parts } from './load-part.ts';

const part: Parts['removal'] = createRemovalFlow;
handOver('removal', part);
