import { signs, type SignName } from '../words/signs.ts';
import { makePicture } from './make.ts';

/** Makes a small picture; further words are classes. */
export const icon = (name: SignName, classes = ''): SVGElement =>
  makePicture(`i ${name} ${classes}`, 16, [['', signs[name]]]);
