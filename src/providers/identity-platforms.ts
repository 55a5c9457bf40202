import { discoveredToken, endSessionParameters } from './endpoints.ts';
import { endedLogout, serviceEnded } from './reasons.ts';
import type { Logout, ProviderRow, Revoke } from './row.ts';

const behindAggregatorLogout: readonly Logout[] = [
  { by: 'none', reason: 'an aggregator: the session is one of the provider behind it' },
];

const behindAggregator: Revoke = {
  by: 'none',
  reason: 'an aggregator: the permission lies with the provider behind it',
};

/** Identity platforms, hosted or run by a site itself, and aggregators. */
export const identityPlatforms = {
  // Shut down (2016).
  verisign: {
    name: 'VeriSign PIP',
    status: 'ended',
    source: 'general knowledge',
    confidence: 'unverified',
    logout: endedLogout,
    revoke: serviceEnded,
  },
  // End of life (2027); became Akamai Identity Cloud; vendor migration guide gives EOL 2027.
  janrain: {
    name: 'Janrain',
    isAggregator: true,
    aliases: ['akamai-identity-cloud'],
    status: 'ending',
    source: 'techdocs.akamai.com identity-cloud migration guide',
    confidence: 'documented',
    logout: behindAggregatorLogout,
    revoke: behindAggregator,
  },
  // Renamed; SAP Customer Data Cloud.
  gigya: {
    name: 'Gigya',
    aliases: ['sap-customer-data-cloud'],
    status: 'renamed',
    source: 'seed documents',
    confidence: 'documented',
    logout: behindAggregatorLogout,
    revoke: behindAggregator,
  },
  // Was Azure AD.
  entra: {
    name: 'Microsoft Entra ID',
    aliases: ['azuread', 'microsoft-entra-id'],
    status: 'alive',
    source: 'MicrosoftDocs/entra-docs v2-protocols-oidc',
    confidence: 'documented',
    // Refuses framing. A device that is joined to the tenant can sign in again after one click.
    logout: [
      {
        by: 'visit',
        url: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/logout',
        parameters: endSessionParameters,
        method: 'POST',
        needs: ['tenant'],
        confidence: 'documented',
      },
    ],
    // source: microsoft-graph-docs oauth2permissiongrant-delete [documented]
    revoke: {
      by: 'none',
      reason:
        'needs an administrator permission in Microsoft Graph and the id of the grant, which outro does not do yet',
    },
    // Of what the person has consented to, not the administrator.
    // source: learn.microsoft.com myapps-overview, support.microsoft.com My Apps portal [documented]
    connectedApps: { url: 'https://myapps.microsoft.com/', confidence: 'documented' },
    // source: MicrosoftDocs/entra-docs v2-protocols-oidc [documented]
    hears: [{ kind: 'front-channel', confidence: 'documented' }],
  },
  okta: {
    name: 'Okta',
    mark: 'okta',
    status: 'alive',
    source: 'developer.okta.com logoutcustomas; pilcrowonpaper/arctic providers/okta.ts (v3.7)',
    confidence: 'documented',
    // Each authorization server has its own page, https://{tenant}/oauth2/<id>/v1/logout: discovery knows which. The hint is
    // required; an expired one will do.
    logout: [
      {
        by: 'visit',
        url: '{endSessionEndpoint}',
        parameters: endSessionParameters,
        method: 'POST',
        needs: ['endSessionEndpoint', 'idToken'],
        confidence: 'documented',
      },
    ],
    // Tokens of the organisation's own authorization server; others have /oauth2/<id>/v1/revoke: configure `revoke`.
    // source: pilcrowonpaper/arctic providers/okta.ts (v3.7) [seen in code]
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://{tenant}/oauth2/v1/revoke',
      authorization: 'basic',
      form: { token: '{token}' },
      removes: 'token',
      eachToken: true,
      confidence: 'seen in code',
    },
  },
  auth0: {
    name: 'Auth0',
    mark: 'auth0',
    status: 'alive',
    source:
      'auth0.com: oidc-logout, back-channel-logout; pilcrowonpaper/arctic providers/auth0.ts (v3.7)',
    confidence: 'documented',
    // Ends the session at Auth0; with the social provider behind it, results differ, says the vendor.
    // source: auth0.com oidc-logout API page [documented]
    logout: [
      {
        by: 'visit',
        url: 'https://{tenant}/oidc/logout',
        parameters: endSessionParameters,
        method: 'POST',
        needs: ['tenant'],
        confidence: 'documented',
      },
    ],
    // refresh tokens only [unverified]; source: pilcrowonpaper/arctic providers/auth0.ts (v3.7) [seen in code]
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://{tenant}/oauth/revoke',
      form: { token: '{refreshToken}', client_id: '{clientId}', client_secret: '{clientSecret}' },
      removes: 'token',
      confidence: 'seen in code',
    },
    // source: auth0.com back-channel-logout (Enterprise plan) [documented]
    hears: [{ kind: 'logout-token', confidence: 'documented' }],
  },
  keycloak: {
    name: 'Keycloak',
    mark: 'keycloak',
    status: 'alive',
    source:
      'keycloak.org LogoutEndpoint javadoc; pilcrowonpaper/arctic providers/keycloak.ts (v3.7)',
    confidence: 'documented',
    // https://<host>/realms/<realm>/protocol/openid-connect/logout: discovery knows the realm.
    logout: [
      {
        by: 'visit',
        url: '{endSessionEndpoint}',
        parameters: endSessionParameters,
        method: 'POST',
        needs: ['endSessionEndpoint'],
        confidence: 'documented',
      },
    ],
    // https://<host>/realms/<realm>/protocol/openid-connect/revoke: discovery knows the realm.
    // source: pilcrowonpaper/arctic providers/keycloak.ts (v3.7) [seen in code]
    revoke: { ...discoveredToken, confidence: 'seen in code' },
    // source: keycloak.org LogoutEndpoint javadoc [documented]
    hears: [{ kind: 'logout-token', confidence: 'documented' }],
  },
  cognito: {
    name: 'Amazon Cognito',
    status: 'alive',
    source: 'pilcrowonpaper/arctic providers/amazon-cognito.ts (v3.7); public code search',
    confidence: 'seen in code',
    // Sends no `state` back. source: pilcrowonpaper/arctic providers/amazon-cognito.ts, public code search [seen in code]
    logout: [
      {
        by: 'visit',
        url: 'https://{tenant}/logout',
        parameters: { client_id: '{clientId}', logout_uri: '{returnUrl}' },
        method: 'GET',
        needs: ['tenant', 'clientId'],
        confidence: 'seen in code',
      },
    ],
    // The refresh token, which takes its access tokens along [unverified].
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://{tenant}/oauth2/revoke',
      authorization: 'basic',
      form: { token: '{refreshToken}' },
      removes: 'token',
      confidence: 'seen in code',
    },
  },
  salesforce: {
    name: 'Salesforce',
    status: 'alive',
    source:
      'captured discovery documents of Salesforce sites; pilcrowonpaper/arctic providers/salesforce.ts (v3.7)',
    confidence: 'documented',
    logout: [
      {
        by: 'visit',
        url: 'https://{tenant}/services/auth/idp/oidc/logout',
        parameters: endSessionParameters,
        method: 'POST',
        needs: ['tenant'],
        confidence: 'documented',
      },
    ],
    // The refresh token takes its access tokens along [unverified].
    // source: python-social-auth backends/salesforce.py, pilcrowonpaper/arctic providers/salesforce.ts (v3.7) [seen in code]
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://{tenant}/services/oauth2/revoke',
      form: { token: '{token}' },
      removes: 'token',
      confidence: 'seen in code',
    },
  },
} satisfies Record<string, ProviderRow>;
