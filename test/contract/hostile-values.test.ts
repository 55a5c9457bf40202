// Every documented parameter of the API meets every hostile value: the documented code, the parameter named,
// nothing changed, no 5xx. What is no hostile value for a parameter stands in `harmless`, with the reason.
import { describe, expect, it } from 'vitest';
import { secret, startHouse, type Answer, type House } from '../support/house.ts';

const values: Record<string, string> = {
  'too long': 'x'.repeat(4000),
  empty: '',
  blank: ' ',
  unicode: 'fäcebook\u202e😀',
  'a prototype name': '__proto__',
  'another prototype name': 'constructor',
  'with NUL': 'facebook\0',
  'with a line break': 'facebook\r\nSet-Cookie: a=b',
  'a list': '["facebook"]',
  'an object': '{"provider":"facebook"}',
  'a number': '-1e309',
  'a script': '<script>alert(1)</script>',
  SQL: "' or 1=1 --",
};

// Documented codes of a value that cannot be right.
const refusals = [
  400001, 400002, 400004, 400006, 400013, 400093, 400106, 403000, 403002, 403003, 403005, 403007,
  403010,
];

const methods: Record<string, string[]> = {
  'socialize.removeConnection': [
    'apiKey',
    'UID',
    'provider',
    'providerUID',
    'cid',
    'removeLoginID',
    'lastIdentityHandling',
    'forceProvidersLogout',
    'format',
    'callback',
    'httpStatusCodes',
  ],
  // Whom nobody is connected to, `providerUID`, is no refusal of its own but told as data.
  'socialize.explainRemoval': [
    'UID',
    'provider',
    'cid',
    'removeLoginID',
    'lastIdentityHandling',
    'forceProvidersLogout',
  ],
  'socialize.redeemLeaveTicket': ['ticket', 'sessions', 'age'],
  'socialize.logout': [
    'apiKey',
    'UID',
    'cid',
    'forceProvidersLogout',
    'sessions',
    'format',
    'callback',
    'httpStatusCodes',
  ],
  'socialize.getUserInfo': ['UID', 'cid', 'includeAllIdentities', 'signIDs', 'format', 'callback'],
  'socialize.unlink': [
    'UID',
    'email',
    'externalIdProviderName',
    'subProviderName',
    'cid',
    'forceProvidersLogout',
  ],
  'socialize.notifyLogin': [
    'siteUID',
    'providerSessions',
    'userInfo',
    'loginIDs',
    'sessionExpiration',
    'cid',
  ],
  'socialize.setUID': ['UID', 'siteUID', 'cid', 'idempotencyKey'],
  'socialize.deleteAccount': ['UID', 'cid', 'idempotencyKey'],
  'accounts.setAccountInfo': [
    'UID',
    'profile',
    'loginIDs',
    'removeLoginEmails',
    'lastIdentityHandling',
    'cid',
  ],
  'accounts.getAccountInfo': ['UID', 'include', 'cid'],
  'socialize.getToken': ['grant_type', 'x_siteUID', 'x_sessionExpiration'],
};

// Free texts: whatever fits their length and has no control character is what somebody may mean by them.
const free = new Set([
  'cid',
  'idempotencyKey',
  // A ticket that nobody has is answered as one that has been used, and ends nothing.
  'ticket',
  'include',
  'removeLoginEmails',
  'siteUID',
  'callback',
  'userInfo',
  'profile',
  'loginIDs',
  'providerSessions',
  'email',
]);

const others: Record<string, Record<string, string>> = {
  'socialize.unlink': { externalIdProviderName: 'facebook', subProviderName: 'none' },
  'socialize.notifyLogin': { siteUID: 'u' },
  'socialize.setUID': { siteUID: 'v' },
  'socialize.redeemLeaveTicket': { ticket: 'nobody', sessions: 'all' },
  'socialize.getToken': { grant_type: 'none', x_siteUID: 'u' },
};

const open = async (): Promise<House> => {
  const house = await startHouse({ jsonp: true });
  const providers = { facebook: { providerUID: 'f' }, linkedin: { providerUID: 'l' } };
  await house.signIn({ siteUID: 'u', providers, elsewhere: true });
  return house;
};

const send = async (
  house: House,
  method: string,
  body: string,
): Promise<{ status: number; text: string }> => {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const request = new Request(`https://outro.example/${method}`, { method: 'POST', body, headers });
  const response = await house.handler(request);
  return { status: response.status, text: await response.text() };
};

const base = (house: House, method: string): URLSearchParams =>
  new URLSearchParams({
    apiKey: house.apiKey,
    secret,
    UID: 'u',
    format: 'json',
    ...others[method],
  });

const cases = Object.entries(methods).flatMap(([method, names]) =>
  names.map((name) => [method, name] as const),
);

describe.each(cases)('%s, parameter %s', (method, name) => {
  it('hostile values', async () => {
    let house = await open();
    for (const [kind, value] of Object.entries(values)) {
      const before = await house.rows();
      const params = base(house, method);
      if (name === 'callback') params.set('format', 'jsonp');
      params.set(name, value);
      const { text } = await send(house, method, params.toString());
      const json = text.startsWith('/**/') ? text.slice(text.indexOf('(') + 1, -2) : text;
      const answer = JSON.parse(json) as Answer;
      const about = `${kind}: ${json.slice(0, 300)}`;
      expect(answer.errorCode, about).toBeLessThan(500_000);
      if (answer.errorCode === 0) {
        // An empty value of what may be left out is left out.
        expect(free.has(name) || kind === 'empty', about).toBe(true);
        // What was refused has changed nothing, and is no reason to begin anew.
        house = await open();
        continue;
      }
      expect(refusals, about).toContain(answer.errorCode);
      expect(await house.rows(), about).toEqual(before);
      // Who is asked for comes before what; those refusals name the user, the key or the rule.
      expect(answer.errorDetails?.split(/[.:[]/)[0]?.toLowerCase(), about).toMatch(
        new RegExp(
          `^(${name.toLowerCase()}|uid|apikey|provider|external_id_provider_name|sub_provider_name)$`,
        ),
      );
      // A secret or a text that was sent never comes back as an echo.
      if (value.length > 3) expect(answer.errorDetails, about).not.toContain(value.slice(0, 200));
    }
  });

  it('twice, as a list and as an object', async () => {
    const house = await open();
    for (const spelling of [`${name}=a`, `${name.toUpperCase()}=a`]) {
      const before = await house.rows();
      const params = base(house, method);
      if (!params.has(name)) params.set(name, 'a');
      const answer = JSON.parse(
        (await send(house, method, `${params}&${spelling}`)).text,
      ) as Answer;
      expect(answer).toMatchObject({
        errorCode: 400006,
        errorDetails: expect.stringContaining('expected once, given twice') as string,
      });
      expect(await house.rows()).toEqual(before);
    }
    // Another language's array is another name, which nobody knows: ignored, never stored.
    const { text } = await send(
      house,
      method,
      `${base(house, method)}&${name}[]=evil-value&${name}[$ne]=evil-value`,
    );
    expect((JSON.parse(text) as Answer).errorCode).toBeLessThan(500_000);
    expect(JSON.stringify(await house.rows())).not.toContain('evil-value');
  });
});
