/** The later file of the script with what calls need. */
import { createCalls } from '../browser/calls/create-calls.ts';
import { handOver, type Parts } from './load-part.ts';
import { parts } from './parts.ts';

const part: Parts['calls'] = {
  createCalls,
  bring: (load, name) => load(name, parts[name]),
};
handOver('calls', part);
