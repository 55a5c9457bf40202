import { createVerify } from 'node:crypto';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import type { SAML } from '@node-saml/node-saml';
import { fail } from '../../core/error.ts';
import { loadPackage } from '../config/optional-package.ts';
import type { Site } from '../config/sites.ts';
import { readParameters } from '../wire/parameters.ts';

/** What a site configures for single logout at its identity provider. */
export type SamlSettings = NonNullable<Site['providers'][string]['saml']>;

// SHA-1 is gone, whatever the binding still names.
const algorithms = new Map([
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', 'RSA-SHA256'],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha384', 'RSA-SHA384'],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', 'RSA-SHA512'],
]);

/**
 * @param id of the message that is sent, and which an answer must name if it names one.
 */
const open = async (settings: SamlSettings, address: string, id: string): Promise<SAML> => {
  const name = '@node-saml/node-saml';
  // A framework that bundles its server would refuse what is not installed.
  const saml = await loadPackage(
    name,
    () => import(/* webpackIgnore: true */ /* turbopackIgnore: true */ '@node-saml/node-saml'),
  );
  return new saml.SAML({
    issuer: settings.entityId,
    privateKey: settings.privateKey,
    signatureAlgorithm: 'sha256',
    callbackUrl: address,
    entryPoint: settings.logoutUrl,
    logoutUrl: settings.logoutUrl,
    idpIssuer: settings.issuer,
    idpCert: settings.certificate,
    generateUniqueId: () => id,
    validateInResponseTo: saml.ValidateInResponseTo.ifPresent,
    cacheProvider: {
      saveAsync: async () => null,
      getAsync: async (asked) => (asked === id ? 'sent' : null),
      removeAsync: async () => null,
    },
  });
};

/** A message by the HTTP-Redirect binding whose signature held. */
interface Signed {
  values: Record<string, string>;
  /** The part of the address that the signature covers. */
  text: string;
}

// The package takes a message without a signature, any algorithm, and the first parameter that looks like the one it
// wants; so the signature is judged here, over each parameter as it was sent, once.
const verifySignature = (
  query: string,
  message: 'SAMLRequest' | 'SAMLResponse',
  { certificate }: SamlSettings,
): Signed => {
  const refuse = (): never =>
    fail(
      'invalidSignature',
      `${message}: expected one signed by the identity provider, by RSA with SHA-256 or better`,
    );
  const find = (name: string): string[] =>
    query.split('&').filter((one) => one.startsWith(`${name}=`));
  const text = [message, 'RelayState', 'SigAlg'].flatMap(find).join('&');
  const { params } = readParameters([text, ...find('Signature')].join('&'));
  const values = Object.fromEntries(params);
  const { SigAlg = '', Signature = '' } = values;
  const algorithm = algorithms.get(SigAlg) ?? refuse();
  const isSigned = createVerify(algorithm).update(text).verify(certificate, Signature, 'base64');
  return isSigned ? { values, text } : refuse();
};

const idOfTrip = (state: string): string => `_${state}`;

const unspecified = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified';

/**
 * The address that asks the identity provider to end a person's session: a signed LogoutRequest.
 *
 * @param state comes back as RelayState.
 * @throws Error when the package that makes it is not installed
 * @see SAML 2.0 Profiles section 4.4, Bindings section 3.4
 */
export const logoutRequestAddress = async (
  settings: SamlSettings,
  address: string,
  person: { nameId: string; sessionIndex: string | undefined },
  state: string,
): Promise<string> => {
  const saml = await open(settings, address, idOfTrip(state));
  const { nameIdFormat = unspecified, issuer } = settings;
  const { nameId: nameID, sessionIndex } = person;
  const profile = {
    issuer,
    nameID,
    nameIDFormat: nameIdFormat,
    ...(sessionIndex && { sessionIndex }),
  };
  return saml.getLogoutUrlAsync(profile, state, {});
};

/**
 * Judges the identity provider's answer to our LogoutRequest.
 *
 * @param query of the address at which the browser came back.
 * @returns whether the session there has ended, by the provider's own signed word.
 * @throws invalidSignature, invalidParameter when it is not signed, or answers another request
 */
export const readLogoutAnswer = async (
  settings: SamlSettings,
  address: string,
  query: string,
  state: string,
): Promise<boolean> => {
  const { values, text } = verifySignature(query, 'SAMLResponse', settings);
  if (values['RelayState'] !== state)
    fail('invalidParameter', 'RelayState: expected that of the request, below the signature');
  const saml = await open(settings, address, idOfTrip(state));
  try {
    return (await saml.validateRedirectAsync(values, text)).loggedOut;
  } catch (error) {
    if (String(error).includes('Bad status code')) return false;
    return fail(
      'invalidParameter',
      'SAMLResponse: expected the answer of the configured issuer to our request',
    );
  }
};

/** A LogoutRequest of the identity provider, believed. */
export interface SamlLogoutRequest {
  id: string;
  nameId: string;
  sessionIndex: string | undefined;
  /** Makes the address of our answer: that its request was met. */
  answer(): Promise<string>;
}

// Milliseconds that a request may be old, and that clocks may differ.
const requestTime = 300_000;

const unread = (): never =>
  fail(
    'invalidParameter',
    'SAMLRequest: expected a LogoutRequest of the configured issuer, with ID and NameID, that has not run out',
  );

// Only after the signature has held, so that the text is the identity provider's own.
const checkRoot = async (message: string, address: string): Promise<void> => {
  const deflated = Buffer.from(message, 'base64');
  const xml = await promisify(inflateRaw)(deflated, { maxOutputLength: 65_536 }).catch(unread);
  const [root = ''] = /<[A-Za-z][^>]*>/.exec(xml.toString()) ?? [];
  const read = (name: string) => new RegExp(`\\s${name}\\s*=\\s*["']([^"']*)["']`).exec(root)?.[1];
  if (read('Destination') !== address) fail('invalidParameter', `Destination: expected ${address}`);
  if (!(Math.abs(Date.now() - Date.parse(read('IssueInstant') ?? '')) <= requestTime))
    fail('requestExpired', 'IssueInstant: expected within 5 minutes of the clock of this server');
};

/**
 * Judges a LogoutRequest that the identity provider sends by way of the browser.
 *
 * @param address at which it must be aimed.
 * @throws invalidSignature, invalidParameter, requestExpired
 * @see SAML 2.0 Profiles section 4.4.4
 */
export const readLogoutRequest = async (
  settings: SamlSettings,
  address: string,
  query: string,
): Promise<SamlLogoutRequest> => {
  const { values, text } = verifySignature(query, 'SAMLRequest', settings);
  await checkRoot(values['SAMLRequest'] ?? '', address);
  const saml = await open(settings, address, `_${crypto.randomUUID()}`);
  const { profile } = await saml
    .validateRedirectAsync(values, text)
    .catch(() => ({ profile: null }));
  if (!profile?.ID) return unread();
  return {
    id: profile.ID,
    nameId: profile.nameID,
    sessionIndex: profile.sessionIndex,
    answer: () => saml.getLogoutResponseUrlAsync(profile, values['RelayState'] ?? '', {}, true),
  };
};
