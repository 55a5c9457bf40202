// outro, on the site's own tables and sessions.
// outro
import { createHandler, fromTables, identifyBy, tables } from 'outro/server';
// /outro

/** @param place as the site's, with `publicUrl` of outro and `keys`: `{ site, sealing }`, 32 bytes in base64 each. */
export const createOutro = async ({ pool, issuer, clientSecret, publicUrl, secret, keys }) => {
  // outro
  const identify = identifyBy.passport({ secret });
  const providers = { 'oidc-acme': { issuer, clientId: 'shop', clientSecret } };
  const store = await fromTables(pool, tables.passport);
  const handler = createHandler({
    store,
    encryptionKeys: [{ id: '2026', key: keys.sealing }],
    sites: [{ apiKey: 'shop', secret: keys.site, publicUrl, identify, providers }],
    allowPrivateProviders: true, // the provider of the example is on this machine
  });
  handler.start();
  // /outro
  return { handler, store };
};
