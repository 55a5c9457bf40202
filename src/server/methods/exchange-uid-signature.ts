import { fail } from '../../core/error.ts';
import type { ServerMethod } from './context.ts';
import { signUid, verify } from '../caller/signature.ts';

// Seconds that a signature to exchange may be old.
const maximumAge = 60;

/**
 * `socialize.exchangeUIDSignature`: for a server that holds a user key and not the site's secret.
 *
 * @throws permissionDenied, requestExpired, invalidParameter
 * @see gigya-protocol section 12
 */
export const exchangeUIDSignature: ServerMethod<'exchangeUIDSignature'> = async (
  params,
  { caller },
) => {
  const secret =
    caller.key?.secret ??
    fail(
      'permissionDenied',
      'exchangeUIDSignature: expected a request with a user key and its secret',
    );
  const { UID, UIDSignature, signatureTimestamp } = params;
  const now = Math.floor(Date.now() / 1000);
  if (Math.abs(now - Number(signatureTimestamp)) > maximumAge)
    fail('requestExpired', `signatureTimestamp: expected at most ${maximumAge} s ago`);
  const text = `${signatureTimestamp}_${UID}`;
  if (!caller.site.secret.some((one) => verify(one, text, UIDSignature)))
    fail(
      'invalidParameter',
      "UIDSignature: expected the signature of timestamp and UID with the site's secret",
    );
  return { UID, ...signUid(secret, UID) };
};
