/** The later file of the script with what calls need. */
import { createCalls } from '../browser/calls/create-calls.ts';
import { enhanceForms } from '../browser/calls/forms.ts';
import { answerName } from './answer-name.ts';
import { handOver, type Parts } from './load-part.ts';

const part: Parts['calls'] = { createCalls, enhanceForms, answerName };
handOver('calls', part);
