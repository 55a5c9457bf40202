// Importing builds no schema and touches no DOM.
import { afterEach, expect, it, vi } from 'vitest';

const made: string[] = [];
vi.mock('zod/v4/core', async (original) => {
  const real = await original<Record<string, unknown>>();
  const watched = Object.entries(real).map(([name, value]) => [
    name,
    typeof value !== 'function'
      ? value
      : new Proxy(value, {
          construct(kind, given: unknown[]) {
            made.push(name);
            return Reflect.construct(kind, given) as object;
          },
        }),
  ]);
  return Object.fromEntries(watched) as Record<string, unknown>;
});

afterEach(() => {
  vi.unstubAllGlobals();
});

it('importing the doors makes no schema and looks at no page; the first call does', async () => {
  const looked: string[] = [];
  const watch = new Proxy({}, { get: (_, name) => void looked.push(String(name)) });
  for (const name of ['document', 'window', 'localStorage', 'customElements'])
    vi.stubGlobal(name, watch);
  const { createClient } = await import('outro');
  await import('outro/connections');
  expect({ made, looked }).toEqual({ made: [], looked: [] });
  vi.unstubAllGlobals();
  const client = createClient({ apiKey: 'key', apiDomain: 'outro.example' });
  expect(made).toEqual([]);
  await client.getUserInfo();
  expect(made).toContain('$ZodObject');
});
