import { noCallOffered } from './reasons.ts';
import type { ProviderRow } from './row.ts';

/** Shops and payment. */
export const commerce = {
  paypal: {
    name: 'PayPal',
    mark: 'paypal',
    status: 'alive',
    source: 'PayPal REST SDK sources (Python, Node, Ruby); public code search',
    confidence: 'seen in code',
    // Built into PayPal's own retired REST SDKs, with the ID token in the address; POST is not known to work.
    logout: [
      {
        by: 'visit',
        url: 'https://www.paypal.com/webapps/auth/protocol/openidconnect/v1/endsession',
        parameters: { id_token: '{idToken}', redirect_uri: '{returnUrl}', logout: 'true' },
        method: 'GET',
        needs: ['idToken'],
        confidence: 'seen in code',
      },
    ],
    // source: PayPal REST SDK sources, public code search [seen in code]
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://api-m.paypal.com/v1/oauth2/token/terminate',
      authorization: 'basic',
      form: { token: '{accessToken}', token_type_hint: 'ACCESS_TOKEN' },
      removes: 'token',
      confidence: 'seen in code',
    },
  },
  amazon: {
    name: 'Amazon',
    aliases: ['lwa'],
    status: 'alive',
    source: 'developer.amazon.com log-out-users',
    confidence: 'documented',
    // source: developer.amazon.com log-out-users, JavaScript SDK reference [documented]
    logout: [
      {
        by: 'script',
        call: 'amazon.Login.logout',
        ends: 'site',
        reason:
          'only the token that the script keeps on this site is gone; the Amazon session goes on',
        confidence: 'documented',
      },
    ],
    revoke: noCallOffered,
    // source: "Manage Login with Amazon", public code search [seen in code]
    connectedApps: { url: 'https://www.amazon.com/ap/adam', confidence: 'seen in code' },
  },
} satisfies Record<string, ProviderRow>;
