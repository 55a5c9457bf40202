#!/usr/bin/env node
/** The command `outro`. Nothing is imported before it is known that this Node can read it. */
import { readFileSync } from 'node:fs';

const { engines } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { engines: { node: string } };
const numbersOf = (version: string): number[] => version.replace(/^\D+/, '').split('.').map(Number);
const [major = 0, minor = 0] = numbersOf(engines.node);
const [ownMajor = 0, ownMinor = 0] = numbersOf(process.version);

if (ownMajor < major || (ownMajor === major && ownMinor < minor)) {
  console.error(
    `outro: expected Node ${engines.node.replace('>=', '')} or newer, and this is ${process.version}; see https://nodejs.org`,
  );
  process.exitCode = 1;
} else await import(new URL('command.js', import.meta.url).href);
