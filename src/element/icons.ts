import { icons, type IconName } from '../words/icons.ts';
import { makePicture } from './make.ts';

/** Makes a small picture of an outline; further words are classes. */
export const drawIcon = (name: string, outline: string, classes: string): SVGElement =>
  makePicture(`i ${name} ${classes}`, 16, [['', outline]]);

/** Makes a small picture; further words are classes. */
export const icon = (name: IconName, classes = ''): SVGElement =>
  drawIcon(name, icons[name], classes);
