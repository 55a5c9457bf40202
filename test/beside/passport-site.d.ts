// The example is plain JavaScript, as most sites of passport are.
declare module '*/passport/site.js' {
  import type { RequestListener } from 'node:http';
  import type pg from 'pg';
  import type { Handler } from 'outro/server';

  export const createSite: (place: {
    pool: pg.Pool;
    issuer: string;
    clientSecret: string;
    origin: string;
    secret: string;
    outro?: Handler;
  }) => RequestListener;
}

declare module '*/passport/outro.js' {
  import type pg from 'pg';
  import type { Handler, Store } from 'outro/server';

  export const createOutro: (place: {
    pool: pg.Pool;
    issuer: string;
    clientSecret: string;
    publicUrl: string;
    secret: string;
    keys: { site: string; sealing: string };
  }) => Promise<{ handler: Handler; store: Store }>;
}

declare module '*/passport/network.js' {
  import type { Server } from 'node:http';

  export const startNetwork: (network: {
    issuer: string;
    client: { client_id: string; client_secret: string; redirect_uris: string[] };
  }) => Promise<Server>;
}
