import { defineConfig } from 'vitepress';

const pages = (names: Record<string, string>) =>
  Object.entries(names).map(([text, page]) => ({ text, link: `/${page}` }));

export default defineConfig({
  title: 'outro',
  description:
    'The way out: log out, disconnect social identities, take back permissions, and say honestly what is over.',
  lastUpdated: false,
  // What a reader is led to is there, or the build fails; addresses of a backend on this machine are examples.
  ignoreDeadLinks: 'localhostLinks',
  markdown: { html: false },
  themeConfig: {
    search: { provider: 'local' },
    nav: pages({ Start: 'start', Providers: 'providers', Reference: 'reference/' }),
    sidebar: [
      {
        text: 'Begin',
        items: pages({
          'In five minutes': 'start',
          'On the sign-in you have': 'sign-in',
          'On better-auth': 'better-auth',
          'People of its own': 'own-people',
          'Moving in': 'moving-in',
          'Names of the vendor': 'gigya-names',
        }),
      },
      {
        text: 'How it goes',
        items: pages({
          Receipts: 'receipts',
          'The ways out': 'ways',
          'In the page': 'page',
          'Pages of the backend': 'pages',
          Providers: 'providers',
        }),
      },
      {
        text: 'Run it',
        items: pages({
          'Running it': 'operate',
          'Told and kept': 'told',
          'Heard from above': 'heard',
          Security: 'security',
          Bounds: 'bounds',
        }),
      },
      {
        text: 'Reference',
        items: pages({
          Doors: 'reference/',
          Methods: 'methods',
          Failures: 'failures',
          Events: 'events',
          Configuration: 'configuration',
          Clients: 'clients',
        }),
      },
      {
        text: 'The project',
        items: pages({ Measured: 'measured', Changes: 'changelog', Contributing: 'contributing' }),
      },
    ],
  },
});
