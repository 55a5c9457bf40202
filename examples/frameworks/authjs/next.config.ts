import { fileURLToPath } from 'node:url';
import type { NextConfig } from 'next';

const config: NextConfig = {
  // In the repository the package is a link to its root; where it is installed, this line goes.
  turbopack: { root: fileURLToPath(new URL('../../..', import.meta.url)) },
  // outro
  compress: false, // outro's answers are compressed already, and Next.js would lose the header that says so
  // /outro
  devIndicators: false,
};

export default config;
