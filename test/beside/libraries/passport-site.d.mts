import type { RequestListener } from 'node:http';
import type { Handler } from '../../../src/server/handler.ts';
import type pg from 'pg';

export const secret: string;
export const createSite: (place: {
  pool: pg.Pool;
  issuer: string;
  origin: string;
  outro?: { handler: Handler; listener: (...given: Parameters<RequestListener>) => unknown };
}) => RequestListener;
