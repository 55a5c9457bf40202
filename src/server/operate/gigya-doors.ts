import { codeOf } from '../../core/codes.ts';
import { isEnvelope } from '../../core/envelope.ts';
import { signForm } from '../caller/signature.ts';
import type { Site } from '../config/sites.ts';
import { formerSiteOf } from '../methods/exchange-id-token.ts';
import { keysAddress } from '../outbound/vendor-address.ts';
import type { Finding } from './finding.ts';
import type { OperatorContext } from './operator.ts';

// Milliseconds that a door has to answer in.
const limit = 5000;

// A person whom nobody has: who is refused for that was understood.
const nobody = 'outro doctor';

const wrongServer =
  'lead this name to the backend (DNS, certificate, proxy); src/docs/moving-in.md lists the names';

interface Answer {
  errorCode: number;
  errorDetails?: string;
}

const answerIn = (body: string): Answer | undefined => {
  try {
    const parsed: unknown = JSON.parse(body);
    return isEnvelope(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
};

/** Asks a method as the vendor's server SDKs do: by the host of its namespace, signed. */
const knockSigned = async (
  { apiKey, secret }: Site,
  url: string,
  { outbound }: OperatorContext,
): Promise<Finding> => {
  const about = `${new URL(url).host} for ${apiKey}`;
  const body = await signForm(url, secret[0]!, { apiKey, UID: nobody });
  const { status, body: text } = await outbound(url, { method: 'POST', body }, limit);
  const answer = answerIn(text);
  if (!answer)
    return {
      level: 'fault',
      about,
      found: `answered ${status}, and not as this backend does`,
      advice: wrongServer,
    };
  const { errorCode, errorDetails = '' } = answer;
  return errorCode === codeOf('unauthorizedUser') && errorDetails.startsWith('UID')
    ? { level: 'fine', about, found: 'a request signed as the SDKs sign is understood' }
    : {
        level: 'fault',
        about,
        found: `a signed request was refused: ${errorCode} ${errorDetails}`,
        advice: 'let the proxy hand on the host name, and set trustProxy to the number of proxies',
      };
};

/** Asks for the script as pages do. */
const knockForScript = async (
  { apiKey }: Site,
  url: string,
  { outbound }: OperatorContext,
): Promise<Finding> => {
  const about = `${new URL(url).host} for ${apiKey}`;
  const { status, body } = await outbound(`${url}?apiKey=${apiKey}`, {}, limit);
  return status === 200 && body.includes('onGigyaServiceReady')
    ? { level: 'fine', about, found: 'the script is there' }
    : { level: 'fault', about, found: `answered ${status} for the script`, advice: wrongServer };
};

const knockAtVendor = async (
  { apiKey }: Site,
  url: string,
  { outbound }: OperatorContext,
): Promise<Finding[]> => {
  const { status, body } = await outbound(url, {}, limit);
  const about = `${new URL(url).host} for ${apiKey}`;
  return [
    status === 200 && /"kty"/.test(body)
      ? { level: 'fine', about, found: "the vendor's keys for exchangeIdToken are there" }
      : {
          level: 'fault',
          about,
          found: `the vendor's keys could not be read: ${answerIn(body)?.errorDetails ?? status}`,
          advice: 'check apiKey and domain of the source that trades sessions',
        },
  ];
};

const orFault = async (
  { apiKey }: Site,
  url: string,
  knock: Promise<Finding | Finding[]>,
): Promise<Finding[]> => {
  try {
    return [await knock].flat();
  } catch (error) {
    return [
      {
        level: 'fault',
        about: `${new URL(url).host} for ${apiKey}`,
        found: `not reachable: ${(error as Error).message}`,
        advice: wrongServer,
      },
    ];
  }
};

/**
 * Asks each door of a site as clients written for the vendor would: the server SDKs by the host of each namespace, pages for
 * the script, and the vendor itself for its keys where sessions are traded. Nothing is changed anywhere.
 *
 * @see gigya-protocol sections 1.1 and 9.1
 */
export const examineGigya = async (site: Site, context: OperatorContext): Promise<Finding[]> => {
  const { protocol, host, pathname } = new URL(site.publicUrl);
  const at = (prefix: string, path: string): string => `${protocol}//${prefix}${host}/${path}`;
  const signed = [
    at('socialize.', 'socialize.getUserInfo'),
    at('accounts.', 'accounts.getAccountInfo'),
    `${site.publicUrl}/socialize.getUserInfo`,
  ];
  const scripts = [at('cdns.', 'js/gigya.js'), `${site.publicUrl}/js/gigya.js`];
  const former = formerSiteOf(site);
  const vendors = former ? [keysAddress(former)] : [];
  const found = await Promise.all([
    ...signed.map((url) => orFault(site, url, knockSigned(site, url, context))),
    ...scripts.map((url) => orFault(site, url, knockForScript(site, url, context))),
    ...vendors.map((url) => orFault(site, url, knockAtVendor(site, url, context))),
  ]);
  const underPath: Finding[] =
    pathname === '/'
      ? []
      : [
          {
            level: 'warning',
            about: `site ${site.apiKey}`,
            found: `publicUrl has the path ${pathname}, and the vendor's SDKs know hosts only`,
            advice: 'give the backend a host of its own, at least for the SDKs',
          },
        ];
  return [...found.flat(), ...underPath];
};
