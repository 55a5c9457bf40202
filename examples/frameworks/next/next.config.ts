import { fileURLToPath } from 'node:url';
import type { NextConfig } from 'next';

const config: NextConfig = {
  // The package is a link to the root of the repository here; where it is installed, this line goes.
  turbopack: { root: fileURLToPath(new URL('../../..', import.meta.url)) },
  // Node loads the database itself, which is a file beside its code; not outro, whose hooks meet the React of Next.js.
  serverExternalPackages: ['@electric-sql/pglite'],
  devIndicators: false,
};

export default config;
