import { signs, type SignName } from '../words/signs.ts';
import { drawIcon } from './icons.ts';

/** Makes a small picture of a question or receipt; further words are classes. */
export const sign = (name: SignName, classes = ''): SVGElement =>
  drawIcon(name, signs[name], classes);
