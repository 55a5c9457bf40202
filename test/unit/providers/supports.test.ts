// What the table claims, per provider, beside what the reference supports.
import { describe, expect, it } from 'vitest';
import { providers, type ProviderId } from '../../../src/providers/providers.ts';
import { supports } from '../../../src/providers/supports.ts';
import { countProviders, listProviders } from '../../../src/server/operate/provider-list.ts';

// Columns: id | how the reference (providers.json) ends the session there, and how sure | ours: what can come of it,
// and by which ways | what its call removes | ours | what it tells of, where that is more than unverified | ours |
// why ours differs. `code`: seen in code. `script-site`: ends only what the script keeps on the site.
const literal = `
facebook      | sdk documented              | confirmed: script frame  | grant documented | grant | removals documented         | removals
twitter       | user-navigates code         | person: link             | token code       | token | -                           | no
google        | user-navigates code         | person: script-site link | grant documented | grant | both documented             | both
googleplus    | via-parent unverified       | person: script-site link | grant unverified | grant | -                           | no       | the same Google account as google, so the parent that the reference names
linkedin      | user-navigates code         | person: link             | token code       | token | -                           | no
messenger     | oidc-end-session documented | asked: visit             | -                | no    | logouts documented          | logouts
instagram     | none                        | no                       | -                | no    | removals code               | removals
renren        | defunct                     | no                       | -                | no    | -                           | no
yahoo         | redirect-url code           | asked: frame link        | token documented | token | -                           | no       | whether the parameter .done may leave Yahoo is unverified, so no visit that comes back
kaixin        | defunct                     | no                       | -                | no    | -                           | no
vkontakte     | sdk code                    | no: script-site          | grant code       | grant | -                           | no       | ends the app session; what it does at VK is unverified
mixi          | none                        | no                       | -                | no    | -                           | no
yahoojapan    | none                        | no                       | -                | no    | -                           | no
odnoklassniki | none                        | no                       | -                | no    | -                           | no
wechat        | none                        | no                       | -                | no    | removals documented         | removals
saml          | saml-slo documented         | confirmed: saml          | -                | no    | logouts documented          | logouts
aol           | via-parent unverified       | no                       | token unverified | no    | -                           | no
foursquare    | user-navigates code         | person: link             | -                | no    | -                           | no
qq            | sdk code                    | no: script-site          | -                | no    | -                           | no       | ends what the script keeps on the site only
sina          | sdk code                    | no: script-site          | grant code       | grant | -                           | no       | ends the session of the script; what it does at weibo.com is unverified
wordpress     | user-navigates code         | person: link             | -                | no    | -                           | no
blogger       | via-parent unverified       | person: script-site link | grant unverified | grant | -                           | no       | the same Google account as google, so the parent that the reference names
typepad       | defunct                     | no                       | -                | no    | -                           | no
paypal        | redirect-url code           | asked: visit             | token code       | token | -                           | no
amazon        | local-only documented       | no: script-site          | -                | no    | -                           | no
livejournal   | none                        | no                       | -                | no    | -                           | no
verisign      | defunct                     | no                       | -                | no    | -                           | no
openid        | none                        | no                       | -                | no    | -                           | no
netlog        | defunct                     | no                       | -                | no    | -                           | no
signon        | defunct                     | no                       | -                | no    | -                           | no
orangefrance  | defunct                     | no                       | -                | no    | -                           | no
spiceworks    | none                        | no                       | -                | no    | -                           | no
livedoor      | defunct                     | no                       | -                | no    | -                           | no
skyrock       | defunct                     | no                       | -                | no    | -                           | no
vznet         | defunct                     | no                       | -                | no    | -                           | no
xing          | none                        | no                       | -                | no    | -                           | no
sheridan      | depends                     | no                       | -                | no    | -                           | no
sheridanstaff | depends                     | no                       | -                | no    | -                           | no
janrain       | depends                     | no                       | -                | no    | -                           | no
gigya         | depends                     | no                       | -                | no    | -                           | no
apple         | none                        | no                       | grant documented | grant | removals documented         | removals
github        | user-navigates code         | person: link             | grant documented | grant | removals documented         | removals
gitlab        | none                        | no                       | token code       | token | -                           | no
discord       | none                        | no                       | token code       | token | removals documented         | removals
slack         | none                        | no                       | token code       | token | removals documented         | removals
twitch        | none                        | no                       | token documented | token | removals documented         | no       | a question of ours every hour, not a message from there
spotify       | user-navigates unverified   | no                       | -                | no    | -                           | no
tiktok        | none                        | no                       | grant code       | grant | removals documented         | removals
reddit        | none                        | no                       | token code       | token | -                           | no
line          | none                        | no                       | grant documented | grant | -                           | no
kakao         | redirect-url code           | asked: visit script-site | grant documented | grant | removals documented         | removals
naver         | user-navigates code         | person: link             | grant code       | grant | removals code               | removals
entra         | oidc-end-session documented | asked: visit             | grant documented | no    | logouts documented          | logouts  | the call needs an administrator and the id of the grant
okta          | oidc-end-session documented | asked: visit             | token code       | token | -                           | no
auth0         | oidc-end-session documented | confirmed: visit         | token code       | token | logouts by token documented | logouts
keycloak      | oidc-end-session documented | confirmed: visit         | token code       | token | logouts by token documented | logouts
cognito       | redirect-url code           | asked: visit             | token code       | token | -                           | no
oidc          | oidc-end-session documented | confirmed: visit         | token documented | token | logouts by token documented | logouts
dropbox       | user-navigates code         | person: link             | token code       | token | -                           | no
salesforce    | oidc-end-session documented | asked: visit             | token code       | token | -                           | no
zoom          | none                        | no                       | grant code       | grant | removals documented         | removals
bitbucket     | user-navigates code         | person: link             | -                | no    | -                           | no
strava        | none                        | no                       | grant documented | grant | removals documented         | removals
steam         | none                        | no                       | -                | no    | -                           | no
`;

const claims = literal
  .trim()
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()));

// How a method of the reference is claimed, where the fact is more than unverified.
const claimOf: Record<string, [ends: string, by: string]> = {
  sdk: ['confirmed', 'script'],
  'saml-slo': ['confirmed', 'saml'],
  'oidc-end-session': ['asked', 'visit'],
  'redirect-url': ['asked', 'visit'],
  'user-navigates': ['person', 'link'],
};

const sure = (words: string): string => words.replace(/ code$/, ' seen in code');

describe.each(claims)(
  '%s',
  (
    id = '',
    session = '',
    ours = '',
    call = '',
    revokes = '',
    told = '',
    hears = '',
    differs = '',
  ) => {
    const support = supports(id as ProviderId);

    it('is claimed as the literal table says', () => {
      const ways = support.by.map((way) =>
        way.by === 'script' && way.ends === 'site' ? 'script-site' : way.by,
      );
      const claim = [support.endsSession, ...(ways.length > 0 ? [ways.join(' ')] : [])].join(': ');
      expect([claim, support.revokes, support.hears]).toEqual([ours, revokes, hears]);
    });

    it('is claimed as the reference supports, or says why not', () => {
      const [method = '', kind = ''] = sure(session).split(/ (.*)/);
      const token = told.startsWith('logouts by token');
      const [ends, by] = (kind === 'unverified' ? undefined : claimOf[method]) ?? ['no', ''];
      const expected = [
        ends === 'asked' && token ? 'confirmed' : ends,
        by,
        call.endsWith(' unverified') ? 'no' : (call.split(' ')[0] ?? '').replace('-', 'no'),
        (told.split(' ')[0] ?? '').replace('-', 'no'),
      ];
      const preferred = support.by.find((way) => way.by !== 'script' || way.ends !== 'site');
      const found = [support.endsSession, preferred?.by ?? '', support.revokes, support.hears];
      if (differs === '') expect(found).toEqual(expected);
      else expect(found).not.toEqual(expected);
    });

    it('is as sure as the reference, and never unverified', () => {
      const { confidence } = support;
      const pairs = [
        [support.endsSession, confidence.endsSession, session],
        [support.revokes, confidence.revokes, call],
        [support.hears, confidence.hears, told],
      ] as const;
      for (const [claim, kind, reference] of pairs) {
        if (claim === 'no') continue;
        expect(['documented', 'seen in code']).toContain(kind);
        if (differs === '') expect(sure(reference)).toContain(kind);
      }
    });
  },
);

describe('the counts', () => {
  const counted = (word: string): number =>
    claims.filter(([, , , call = '']) => call.startsWith(word)).length;

  it('revocation: 32 of 64 in the reference, 15 grants and 17 tokens; 30 are claimed', () => {
    expect([counted('grant'), counted('token')]).toEqual([15, 17]);
    const missing = claims.filter(([, , , call, ours]) => call !== '-' && ours === 'no');
    // Entra's needs an administrator; that AOL has Yahoo's is unverified.
    expect(missing.map(([id]) => id)).toEqual(['aol', 'entra']);
  });

  it('`outro providers --summary` counts what the literal table says', () => {
    const numbers = (column: number, words: string[]): string[] =>
      words.map((word) =>
        String(claims.filter((cells) => (cells[column] ?? '').split(':')[0] === word).length),
      );
    const counts = countProviders();
    expect(counts.slice(1).map(([, number]) => number)).toEqual([
      ...numbers(2, ['confirmed', 'asked', 'person', 'no']),
      ...numbers(4, ['grant', 'token', 'no']),
      ...numbers(6, ['removals', 'both', 'logouts', 'no']),
    ]);
    const sureness = counts.slice(1).map(([, , documented, seen]) => `${documented} ${seen}`);
    expect(sureness).toEqual('5 0,4 4,0 11,- -,9 5,3 13,- -,10 2,1 0,6 0,- -'.split(','));
    const summary = listProviders('summary');
    for (const [name = '', number = ''] of counts)
      expect(summary).toMatch(new RegExp(`^${name} +${number} `, 'm'));
  });
});

describe('what is printed', () => {
  it('has one aligned line for each provider', () => {
    const lines = listProviders('table').split('\n');
    const start = lines[0]?.indexOf('source') ?? 0;
    for (const [index, [id, row]] of Object.entries(providers).entries()) {
      expect(lines[index + 1]).toMatch(new RegExp(`^${id} +(confirmed|asked|person|no) `));
      expect(lines[index + 1]?.slice(start - 2)).toBe(`  ${row.source}`);
    }
    expect(lines[65]).toBe('');
  });

  it('is the same as data', () => {
    const ids = Object.keys(providers) as ProviderId[];
    expect(JSON.parse(listProviders('json'))).toEqual(
      ids.map((id) => JSON.parse(JSON.stringify(supports(id)))),
    );
    expect(new Set(claims.map(([id]) => id))).toEqual(new Set(ids));
  });
});

describe('supports', () => {
  it('takes every spelling, and a connection that a site names itself', () => {
    expect(supports('Google+')).toEqual(supports('googleplus'));
    expect(supports('oidc-acme')).toEqual({ ...supports('oidc'), provider: 'oidc-acme' });
  });

  it('tells the page of connected apps and how far it can be relied on, where one is known', () => {
    const told = (['google', 'spotify', 'line'] as const).map((id) => {
      const { connectedApps, confidence } = supports(id);
      return [connectedApps, confidence.connectedApps];
    });
    expect(told).toEqual([
      ['https://myaccount.google.com/connections', 'seen in code'],
      ['https://www.spotify.com/account/apps/', 'documented'],
      [undefined, 'documented'],
    ]);
  });

  it.each(['friendster', 'oidc-', '__proto__', ''])('knows nothing of %j', (provider) => {
    expect(supports(provider)).toBeUndefined();
  });
});
