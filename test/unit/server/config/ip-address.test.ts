// Every way to write an address is one address, and every address of a household one client.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  insideOf,
  isNetwork,
  networkOf,
  readAddress,
} from '../../../../src/server/config/ip-address.ts';

describe('4.4 all forms of an address are one', () => {
  it.each([
    '203.0.113.7',
    ' 203.0.113.7 ',
    '203.0.113.7:51234',
    '"203.0.113.7:51234"',
    '::ffff:203.0.113.7',
    '::FFFF:203.0.113.7',
    '::ffff:cb00:7107',
    '0:0:0:0:0:ffff:203.0.113.7',
    '0000:0000:0000:0000:0000:ffff:cb00:7107',
    '[::ffff:203.0.113.7]',
    '[::ffff:203.0.113.7]:443',
    '"[::ffff:203.0.113.7]:443"',
    '::ffff:203.0.113.7%eth0',
    '64:ff9b::203.0.113.7',
    '64:ff9b::cb00:7107',
  ])('4.4 %s', (text) => expect(readAddress(text)).toBe('203.0.113.7'));

  it.each([
    '2001:db8::7',
    '2001:DB8::7',
    '2001:0db8:0000:0000:0000:0000:0000:0007',
    '[2001:db8::7]',
    '[2001:db8::7]:443',
    '"[2001:db8::7]"',
    '2001:db8::7%eth0',
    '[2001:db8::7%25]:1',
  ])('4.4 %s', (text) => expect(readAddress(text)).toBe('2001:db8::7'));

  it.each([
    '', ' ', 'unknown', '_hidden', 'localhost', '1.2.3', '1.2.3.4.5', '256.1.1.1', '01.2.3.4', '0x7f.1',
    '2130706433', '1.2.3.4:', '1.2.3.4:123456', '[1.2.3.4', '[]', '::1::', ':::', '12345::', '1.2.3.4%eth0 x',
  ])('4.4 %j is none', (text) => expect(readAddress(text)).toBeUndefined()); // prettier-ignore

  it('4.4 whatever the groups, however they are written', () => {
    const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
    const long = (groups: number[]) =>
      groups.map((one) => one.toString(16).padStart(4, '0').toUpperCase()).join(':');
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const read = readAddress(`[${long(groups)}]:1`);
        expect(read).toBe(readAddress(groups.map((one) => one.toString(16)).join(':')));
        if (read?.includes(':') !== true) return;
        // As the first 64 bits, whatever the others are.
        const other = readAddress(long([...groups.slice(0, 4), 0x1234, 1, 1, 1])) ?? '';
        expect(networkOf(read)).toBe(networkOf(other));
        const shifted = readAddress(long([(groups[0] ?? 0) ^ 0x100, ...groups.slice(1)])) ?? '';
        expect(networkOf(shifted)).not.toBe(networkOf(read));
      }),
      { numRuns: 500, seed: 20_261_126 },
    );
  });

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['2001:db8::3:4:5:6', '2001:db8:0:0'],
    ['2001::3:4:5:6:7:8', '2001:0:3:4'],
    ['::2:3:4:5:6:7:8', '0:2:3:4'],
    ['::1', '0:0:0:0'],
  ])('%s counts as %s', (address, network) => expect(networkOf(address)).toBe(network));
});

describe('networks', () => {
  it.each(['10.0.0.0/8', '10.1.2.3', '0.0.0.0/0', 'fd00::/8', '::1', '::/0', '2001:db8::/128'])(
    '%s is one',
    (text) => expect(isNetwork(text)).toBe(true),
  );

  it.each(['', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '10/8', 'fd00::/129', '::ffff:10.0.0.0/104', 'a', '10.0.0.0/-1'])(
    '%j is none',
    (text) => expect(isNetwork(text)).toBe(false),
  ); // prettier-ignore

  it('an address is inside or not', () => {
    const isInside = insideOf(['10.0.0.0/8', '192.0.2.1', 'fd00::/8']);
    for (const address of ['10.255.0.1', '192.0.2.1', 'fd12::1'])
      expect(isInside(address)).toBe(true);
    for (const address of ['11.0.0.1', '192.0.2.2', '2001:db8::1', 'nothing'])
      expect(isInside(address)).toBe(false);
  });
});
