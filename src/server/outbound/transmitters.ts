import * as z from 'zod';
import { keepDocuments } from './documents.ts';
import type { Outbound } from './guarded-fetch.ts';

/** What a transmitter says of itself. */
export interface TransmitterConfiguration {
  issuer: string;
  jwksUri: string | undefined;
  deliveryMethods: readonly string[] | undefined;
  configurationEndpoint: string | undefined;
  statusEndpoint: string | undefined;
  verificationEndpoint: string | undefined;
  /** Parts of a subject that have to be understood, or the event left alone. */
  criticalSubjectMembers: readonly string[];
}

/** Looks up what a transmitter says of itself; rejects with a readable Error. */
export type Transmitters = (
  of: { configuration: string; issuer?: string | undefined },
  wait?: number,
) => Promise<TransmitterConfiguration>;

const documentSchema = (configuration: string) => {
  const admitted = configuration.startsWith('https:') ? /^https:\/\// : /^https?:\/\//;
  const address = z
    .string()
    .refine((text) => admitted.test(text) && URL.canParse(text), 'expected an https address')
    .optional();
  return z.object({
    issuer: z.string().min(1),
    jwks_uri: address,
    delivery_methods_supported: z.array(z.string()).optional(),
    configuration_endpoint: address,
    status_endpoint: address,
    verification_endpoint: address,
    critical_subject_members: z.array(z.string()).default([]),
  });
};

const parse = (configuration: string, body: string): TransmitterConfiguration => {
  const parsed = documentSchema(configuration).safeParse(JSON.parse(body));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`${issue?.path.join('.') || 'document'}: ${issue?.message}`);
  }
  const { data } = parsed;
  return {
    issuer: data.issuer,
    jwksUri: data.jwks_uri,
    deliveryMethods: data.delivery_methods_supported,
    configurationEndpoint: data.configuration_endpoint,
    statusEndpoint: data.status_endpoint,
    verificationEndpoint: data.verification_endpoint,
    criticalSubjectMembers: data.critical_subject_members,
  };
};

/**
 * Makes the function that looks up transmitters' documents.
 *
 * @returns a function that rejects with an Error which names the document and what was expected of it
 * @see OpenID Shared Signals Framework 1.0 section 7
 */
export const createTransmitters = (outbound: Outbound): Transmitters => {
  const find = keepDocuments(outbound, parse);
  return async ({ configuration, issuer }, wait) => {
    const source = { name: configuration, url: configuration, what: `document ${configuration}` };
    const found = await find(source, wait);
    // Whoever serves the document of another's does not become that other.
    if (issuer !== undefined && found.issuer !== issuer)
      throw new Error(`${source.what}: issuer: expected ${issuer}`);
    return found;
  };
};
