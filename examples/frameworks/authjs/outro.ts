// outro
import { createHandler, fromTables, identifyBy, tables } from 'outro/server';
// /outro
import { pool } from './database.ts';

const {
  ORIGIN,
  ISSUER: issuer = '',
  CLIENT_SECRET: clientSecret = '',
  OUTRO_KEY = '',
} = process.env;
const { OUTRO_SECRET: secret = '' } = process.env;
const publicUrl = `${ORIGIN}/outro`;

const open = async () => {
  // outro
  const providers = { 'oidc-acme': { issuer, clientId: 'shop', clientSecret } };
  const outro = createHandler({
    store: await fromTables(pool, tables.authjs),
    encryptionKeys: [{ id: '2026', key: OUTRO_KEY }],
    sites: [{ apiKey: 'shop', secret, publicUrl, identify: identifyBy.authjs(), providers }],
    allowPrivateProviders: true, // the provider of the example is on this machine
  });
  outro.start();
  // /outro
  return outro;
};

let opening: ReturnType<typeof open> | undefined;

/** Opened with the first request: a build has no database. */
export const openOutro = () => (opening ??= open());
