/** The later file of the script with what pages that were written for other products need besides. */
import { enhanceForms } from '../browser/calls/forms.ts';
import { answerName } from './answer-name.ts';
import { handOver, type Parts } from './load-part.ts';
import { unlinkUser } from './unlink-user.ts';

const part: Parts['facade'] = { enhanceForms, unlinkUser, answerName };
handOver('facade', part);
