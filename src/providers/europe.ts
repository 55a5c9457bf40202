import {
  byPersonOnly,
  endedLogout,
  goneLogout,
  noCallKnown,
  noWayDocumented,
  serviceEnded,
  serviceGone,
} from './reasons.ts';
import type { ProviderRow } from './row.ts';

/** Networks of Europe and Russia. */
export const europe = {
  // Open API widgets are legacy; VK ID is the current product.
  vkontakte: {
    name: 'VK',
    mark: 'vk',
    aliases: ['vk'],
    status: 'alive',
    source: 'public code search for id.vk.com/oauth2/revoke; typings of the Open API script',
    confidence: 'seen in code',
    // What it does to VK's own session is unverified. source: typings of the legacy Open API script [seen in code]
    logout: [
      {
        by: 'script',
        call: 'VK.Auth.logout',
        answers: true,
        ends: 'site',
        reason: 'VK answered; whether its own session is over cannot be seen',
        confidence: 'seen in code',
      },
    ],
    // that it removes the app from the person's settings is unverified; source: public code search [seen in code]
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://id.vk.com/oauth2/revoke',
      form: { client_id: '{clientId}', access_token: '{accessToken}' },
      removes: 'grant',
      answers: [
        {
          when: String.raw`^200 .*"response"\s*:\s*1\b`,
          means: 'done',
          source: 'public code search, five unrelated code bases [seen in code]',
        },
        {
          when: '^200 .*"error"',
          means: 'never',
          source: 'public code search [seen in code]',
        },
      ],
      confidence: 'seen in code',
    },
    // source: public code search [seen in code]
    connectedApps: { url: 'https://id.vk.com/account/#/services', confidence: 'seen in code' },
  },
  // VK group; can also be offered through VK ID.
  odnoklassniki: {
    name: 'Odnoklassniki',
    mark: 'odnoklassniki',
    aliases: ['ok', 'okru'],
    status: 'alive',
    source: 'apiok.ru permissions and OAuth pages',
    confidence: 'documented',
    logout: [noWayDocumented],
    // source: apiok.ru OAuth pages [documented]
    revoke: { by: 'none', reason: byPersonOnly },
    // source: apiok.ru OAuth pages [documented]
    connectedApps: { url: 'https://www.ok.ru/settings/oauth', confidence: 'documented' },
  },
  // Shut down; folded into Twoo around 2014-2015.
  netlog: {
    name: 'Netlog',
    status: 'ended',
    source: 'general knowledge',
    confidence: 'unverified',
    logout: endedLogout,
    revoke: serviceEnded,
  },
  // OpenID service presumed closed.
  orangefrance: {
    name: 'Orange France',
    aliases: ['orange'],
    status: 'presumed ended',
    source: 'general knowledge',
    confidence: 'unverified',
    logout: goneLogout,
    revoke: serviceGone,
  },
  // Blogs presumed closed 2023 (2023).
  skyrock: {
    name: 'Skyrock',
    status: 'presumed ended',
    source: 'python-social-auth backends/skyrock.py (still ships)',
    confidence: 'unverified',
    logout: goneLogout,
    revoke: serviceGone,
  },
  // Shut down (2022); 31 March 2022.
  vznet: {
    name: 'VZ networks',
    aliases: ['studivz', 'meinvz'],
    status: 'ended',
    source: 'Spiegel, heise/t3n, PC-Welt (March 2022)',
    confidence: 'documented',
    logout: endedLogout,
    revoke: serviceEnded,
  },
  // Login plugin and OAuth 1.0a API documented in stored pages; open to new sites unverified.
  xing: {
    name: 'XING',
    mark: 'xing',
    status: 'alive',
    source: 'dev.xing.com authentication',
    confidence: 'documented',
    logout: [noWayDocumented],
    revoke: noCallKnown,
  },
} satisfies Record<string, ProviderRow>;
