import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { measure } from './size.ts';

const sizes = await measure();

describe('the byte budget', () => {
  it('the script for a script tag: at most 16.1 kB gzip', () => {
    expect(sizes.global.gzip).toBeLessThanOrEqual(16_100);
  });

  it('our own part of createClient, without the three libraries: at most 6.3 kB gzip', () => {
    expect(sizes.createClientOwn.gzip).toBeLessThanOrEqual(6300);
  });

  it('the page-load part, outro/lazy: at most 3.1 kB gzip', () => {
    expect(sizes.lazy.gzip).toBeLessThanOrEqual(3100);
  });

  it('what <outro-connections> adds to a page that has a client: at most 5 kB gzip', () => {
    expect(sizes.connectionsOwn.gzip).toBeGreaterThan(1000);
    expect(sizes.connectionsOwn.gzip).toBeLessThanOrEqual(5000);
  });

  it('what showEditConnectionsUI loads when it draws: at most 7 kB gzip', () => {
    expect(sizes.connections.gzip).toBeLessThanOrEqual(7000);
  });

  it('the hooks, beside createClient and React: at most 1.2 kB gzip', () => {
    expect(sizes.reactOwn.gzip).toBeLessThanOrEqual(1200);
  });

  it('the README quotes no other number', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const quoted = [...readme.matchAll(/([\d.]+) kB/g)].map(([, number]) => number);
    const kilobytes = ({ gzip }: { gzip: number }): string => (gzip / 1000).toFixed(1);
    expect(quoted).toEqual([sizes.global, sizes.createClient, sizes.lazy].map(kilobytes));
  });
});
