import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { measure } from './size.ts';

const sizes = await measure();

describe('the byte budget', () => {
  it('what the script tag needs at load: at most 8.77 kB gzip', () => {
    expect(sizes.global.gzip).toBeLessThanOrEqual(8770);
  });

  it('what createClient needs at load: at most 6.08 kB gzip', () => {
    expect(sizes.createClient.gzip).toBeLessThanOrEqual(6080);
  });

  it('the later part: at most 18.2 kB gzip', () => {
    expect(sizes.calls.gzip).toBeLessThanOrEqual(18_200);
    expect(sizes.createClientLater.gzip).toBeLessThanOrEqual(18_200);
  });

  it('what <outro-connections> adds to a page that has a client: at most 6.7 kB gzip beside its words', () => {
    const own = sizes.connectionsOwn.gzip - sizes.english.gzip;
    expect(own).toBeGreaterThan(1000);
    expect(own).toBeLessThanOrEqual(6700);
  });

  it('what showEditConnectionsUI loads when it draws: at most 10.5 kB gzip beside its words', () => {
    expect(sizes.connections.gzip - sizes.english.gzip).toBeLessThanOrEqual(10_500);
  });

  it('what asks, removes and tells, and comes after the list: at most 6.6 kB gzip', () => {
    expect(sizes.removal.gzip).toBeLessThanOrEqual(6600);
  });

  it('words: at most 2 kB gzip a language; marks: at most 500 bytes each', () => {
    const words = { ...sizes.words, en: sizes.english.gzip };
    expect(Object.keys(words)).toHaveLength(10);
    expect(Object.entries(words).filter(([, gzip]) => gzip > 2000)).toEqual([]);
    expect(Object.keys(sizes.marks).length).toBeGreaterThan(30);
    expect(Object.entries(sizes.marks).filter(([, gzip]) => gzip > 500)).toEqual([]);
  });

  it('the hooks, beside createClient and React: at most 1.2 kB gzip', () => {
    expect(sizes.reactOwn.gzip).toBeLessThanOrEqual(1200);
  });

  it('the README quotes no other number', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const quoted = [...readme.matchAll(/([\d.]+) kB/g)].map(([, number]) => number);
    const kilobytes = ({ gzip }: { gzip: number }): string => (gzip / 1000).toFixed(1);
    expect(quoted).toEqual([sizes.global, sizes.createClient, sizes.calls].map(kilobytes));
  });
});
