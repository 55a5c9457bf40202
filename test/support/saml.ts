import { createSign } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { SAML } from '@node-saml/node-saml';
import { generate } from 'selfsigned';

/** One side of single logout: its entity id, key and certificate. */
export interface SamlSide {
  entityId: string;
  privateKey: string;
  certificate: string;
}

/** Makes a side with a key of its own. */
export const makeSide = async (entityId: string): Promise<SamlSide> => {
  const { private: privateKey, cert } = await generate([{ name: 'commonName', value: entityId }]);
  return { entityId, privateKey, certificate: cert };
};

/** The package's view of one side, which sends to the other at an address. */
export const speakAs = (own: SamlSide, other: SamlSide, address: string): SAML =>
  new SAML({
    issuer: own.entityId,
    privateKey: own.privateKey,
    signatureAlgorithm: 'sha256',
    callbackUrl: address,
    entryPoint: address,
    logoutUrl: address,
    idpIssuer: other.entityId,
    idpCert: other.certificate,
  });

const sha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';

/** A message by the HTTP-Redirect binding, signed by hand: for what no honest side would send. */
export const signedQuery = (
  message: Record<string, string>,
  { privateKey }: SamlSide,
  { uri = sha256, algorithm = 'RSA-SHA256' } = {},
): string => {
  const text = new URLSearchParams({ ...message, SigAlg: uri }).toString();
  const signature = createSign(algorithm).update(text).sign(privateKey, 'base64');
  return `${text}&${new URLSearchParams({ Signature: signature })}`;
};

/** Deflated and in base64, as the binding wants it. */
export const deflate = (xml: string): string => deflateRawSync(xml).toString('base64');

const status = (code: string): string =>
  `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${code}"/></samlp:Status>`;

/** A LogoutRequest or LogoutResponse as an identity provider writes it. */
export const writeMessage = (
  name: 'LogoutRequest' | 'LogoutResponse',
  given: {
    issuer: string;
    destination: string;
    id?: string;
    issuedAt?: Date;
    attributes?: string;
    nameId?: string;
    sessionIndex?: string;
    status?: string;
  },
): string => {
  const { issuer, destination, id = '_1', issuedAt = new Date(), attributes = '' } = given;
  const content =
    name === 'LogoutRequest'
      ? `<saml:NameID>${given.nameId ?? 'ada'}</saml:NameID>${given.sessionIndex ? `<samlp:SessionIndex>${given.sessionIndex}</samlp:SessionIndex>` : ''}`
      : status(given.status ?? 'Success');
  return `<samlp:${name} xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${issuedAt.toISOString()}" Destination="${destination}" ${attributes}><saml:Issuer>${issuer}</saml:Issuer>${content}</samlp:${name}>`;
};
