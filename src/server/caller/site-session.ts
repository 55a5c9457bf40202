import { fail } from '../../core/error.ts';
import type { Keyring } from '../config/keyring.ts';
import type { SiteSession } from '../config/site-functions.ts';
import type { Site } from '../config/sites.ts';
import { hashToken } from '../config/token.ts';
import type { Who } from '../people/people.ts';

/** The header that a page sends with its cookies: no form and no link can, and no page of a stranger may. */
export const proofHeader = 'X-Outro';

// Milliseconds that the site's own answer may take: a page gives a whole call 5000.
const identifyLimit = 3000;

// Characters of a session's key; the longest that a library stores are a tenth of it.
const keyLength = 2000;

/** A person as the site's session says, checked. */
export interface SitePerson {
  uid: string | undefined;
  session: string | undefined;
}

/** What of a request tells whose it is: nothing of its parameters. */
interface Asking {
  httpMethod: string;
  origin: string;
  path: string;
  headers: Headers;
}

const readPerson = (found: SiteSession): SitePerson => {
  const { uid, session } = found;
  const text = uid === undefined || uid === null ? undefined : String(uid);
  const isKey = session === undefined || (session !== '' && session.length <= keyLength);
  if (!isKey || text === '' || (text === undefined && session === undefined))
    throw new Error('identify: expected { uid, session } with at least one of them, or undefined');
  return { uid: text, session };
};

// Cookies come along with whatever a stranger's page sends; this shows that a page of the site's own did.
const requirePage = ({ headers, httpMethod }: Asking): void => {
  if (headers.get(proofHeader) === null)
    fail('unauthorizedUser', `${proofHeader}: expected this header with the site's own session`);
  if (httpMethod !== 'GET' && headers.get('origin') === null)
    fail('invalidSiteDomain', "origin: expected with the site's own session, as browsers send it");
};

const findSitePerson = async (
  asking: Asking,
  { identify }: Site,
  isForm: boolean,
): Promise<SitePerson | undefined> => {
  const { headers, origin, path } = asking;
  if (!identify)
    return fail(
      'unauthorizedUser',
      'login_token: expected the token of a session, or a signed request',
    );
  if (!isForm) requirePage(asking);
  let limit: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const refuse = (): void => reject(new Error(`identify: no answer in ${identifyLimit} ms`));
    limit = setTimeout(refuse, identifyLimit);
  });
  try {
    // Headers only: the body is ours, and has been read.
    const asked = Promise.resolve(identify(new Request(`${origin}${path}`, { headers })));
    const found = await Promise.race([asked, late]);
    return found ? readPerson(found) : undefined;
  } finally {
    clearTimeout(limit);
  }
};

/** What is said where the site knows a person whom nobody here does. */
export const unknownToUs =
  'identify: nobody is known by what the site says; tell of each sign-in (notifyLogin), or open the store on the tables of the site (fromTables)';

/** What such a caller is counted by: its session if we know it, else the person, which it has proved to the site. */
export const keyOf = (person: SitePerson | 'nobody'): Uint8Array | undefined =>
  person === 'nobody'
    ? undefined
    : hashToken(`site session ${person.session ?? `of ${person.uid}`}`);

/**
 * Asks the site who is signed in, within a time limit.
 *
 * @param isForm no form can send the header: then only looking is safe, until a token of the form itself shows that this
 *   very session was asked.
 * @throws unauthorizedUser without the header, invalidSiteDomain without an origin: a page of a stranger, or a form, may
 *   have caused the request; Error when the site's own function throws, hangs, or answers something else
 * @see design.md section 5 "A session the page cannot read"
 */
export const askSite = async (
  request: Asking,
  site: Site,
  isForm = false,
): Promise<{ sitePerson: SitePerson | 'nobody'; isStranger?: boolean; account: () => Who }> => {
  const person = await findSitePerson(request, site, isForm);
  if (person) return { sitePerson: person, account: () => whoIs(site, person) };
  const nobody = 'identify: the site says that nobody is signed in';
  return {
    sitePerson: 'nobody',
    isStranger: true,
    account: () => fail('unauthorizedUser', nobody),
  };
};

/** How the account of such a person is found. */
export const whoIs = (site: Site, { uid, session }: SitePerson): Who => {
  if (session === undefined) return { site: site.apiKey, uid: uid ?? '' };
  return { site: site.apiKey, siteSession: session, ...(uid !== undefined && { uid }) };
};

const ticketPlace = ({ apiKey }: Site): string => `leave_ticket:${apiKey}`;

/**
 * Makes the leave ticket of a site's own session: the page keeps it, since it has no token to make one from. It holds
 * who it is about, sealed, so nothing is stored for it.
 */
export const sealTicket = (site: Site, person: SitePerson, keyring: Keyring): string =>
  keyring.seal(JSON.stringify(person), ticketPlace(site));

/**
 * Opens such a ticket.
 *
 * @returns `undefined` for a ticket of another form
 * @throws invalidParameter when it looks like one of these and was not made here
 */
export const openTicket = (
  site: Site,
  ticket: string,
  keyring: Keyring,
): SitePerson | undefined => {
  if (!ticket.includes('.')) return undefined;
  const opened = keyring.open(ticket, ticketPlace(site));
  return opened === undefined
    ? fail('invalidParameter', 'ticket: expected one that this service has handed out')
    : (JSON.parse(opened) as SitePerson);
};
