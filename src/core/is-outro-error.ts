import type { OutroError } from './error.ts';
import { mark } from './mark.ts';

/** Whether a caught value is an outro error, also one made by another copy of this library. */
export const isOutroError = (value: unknown): value is OutroError =>
  mark in (Object(value) as object);
