// The stores that outro ships keep every promise of their ports.
import { afterAll, inject, test } from 'vitest';
import { openEngine } from './engine.ts';
import { storeSuite } from './suite.ts';

const { isEmbedded, open, openBeside } = await openEngine(inject('databaseUrl'));

storeSuite(
  { open, openSlow: (wait) => openBeside({ wait }), isEmbedded },
  { test, after: afterAll },
);
