import type { ReactNode } from 'react';

export const metadata = { title: 'outro beside Auth.js' };

const Layout = ({ children }: { children: ReactNode }) => (
  <html lang="en">
    <body>{children}</body>
  </html>
);

export default Layout;
