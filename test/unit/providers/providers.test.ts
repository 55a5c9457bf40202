import { describe, expect, it } from 'vitest';
import {
  isSameProvider,
  providerId,
  providerRow,
  providers,
  type ProviderRow,
} from '../../../src/providers/providers.ts';

const rows: [string, ProviderRow][] = Object.entries(providers);

describe('the provider table', () => {
  it('has 64 rows, each well-formed, each spelling leading to one row', () => {
    expect(rows).toHaveLength(64);
    const spellings = rows.flatMap(([id, row]) => [id, ...(row.aliases ?? [])]);
    expect(new Set(spellings).size).toBe(spellings.length);
    for (const [id, row] of rows) {
      expect(id).toMatch(/^[a-z0-9]{2,50}$/);
      expect(row.name).not.toBe('');
      expect(row.source, id).toMatch(/\S$/);
      expect(['documented', 'seen in code', 'unverified']).toContain(row.confidence);
      for (const spelling of [id, ...(row.aliases ?? [])])
        expect(providerId(spelling.toUpperCase())).toBe(id);
      if (row.sameAs) expect(Object.keys(providers)).toContain(row.sameAs);
    }
  });

  it("takes a site's own connections, and nobody else", () => {
    expect(providerRow('oidc-acme')).toBe(providers.oidc);
    expect(providerId('SAML-Acme.Corp')).toBe('saml-acme.corp');
    for (const name of ['friendster', 'oidc-', 'ldap-acme', '__proto__', 'constructor', ''])
      expect(() => providerId(name), name).toThrow(/^Invalid parameter value: provider: /);
  });

  it('knows one network under two names', () => {
    expect(isSameProvider('google', 'googleplus')).toBe(true);
    expect(isSameProvider('google', 'facebook')).toBe(false);
  });

  it('answers every provider that the source documents name', () => {
    const ours = [
      'facebook',
      'twitter',
      'googleplus',
      'linkedin',
      'messenger',
      'instagram',
      'renren',
    ];
    const theirs = [
      'yahoo',
      'kaixin',
      'vkontakte',
      'mixi',
      'yahoojapan',
      'odnoklassniki',
      'wechat',
    ];
    for (const id of [...ours, ...theirs]) expect(providerId(id)).toBe(id);
    const old =
      'AOL FourSquare WordPress Blogger Typepad Paypal Amazon liveJournal VeriSign OpenID Netlog Signon Spiceworks Livedoor Skyrock VZnet Xing sheridan sheridanstaff janrain gigya microsoft weixin google';
    for (const name of old.split(' ')) expect(() => providerId(name)).not.toThrow();
  });
});
