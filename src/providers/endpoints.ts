// What endpoints of OpenID Connect and OAuth 2.0 are given: shared by rows, whose type says what each has to be.

/**
 * What a logout page of OpenID Connect is given. A provider that knows neither the hint nor the client shows the person
 * a question.
 *
 * @see OpenID Connect RP-Initiated Logout 1.0 [documented]
 */
export const endSessionParameters = {
  id_token_hint: '{idToken}',
  client_id: '{clientId}',
  post_logout_redirect_uri: '{returnUrl}',
  state: '{state}',
};

/**
 * How a token is taken back where the discovery document of the configured issuer says.
 *
 * @see RFC 7009 section 2.1 [documented]
 */
export const discoveredToken = {
  by: 'request',
  method: 'POST',
  url: '{revocationEndpoint}',
  authorization: 'basic',
  form: { token: '{token}' },
  removes: 'token',
  eachToken: true,
  confidence: 'documented',
} as const;
