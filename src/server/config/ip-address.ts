import { BlockList, isIP, SocketAddress } from 'node:net';

// IPv4 in the clothes of IPv6: mapped (RFC 4291), and as a translator writes it (RFC 6052).
const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;
const translated = /^64:ff9b::(?:([\da-f]{1,4}):)?([\da-f]{1,4})$/;

const dotted = (high: string, low: string): string =>
  [high, low]
    .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255])
    .join('.');

/**
 * The one spelling of an address, however it was written: in brackets or quotes, with a port, with a zone, mapped into
 * IPv6, in any case.
 *
 * @returns `undefined` when it is none
 */
export const readAddress = (text: string): string | undefined => {
  const bare = text
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .replace(/^\[(.*)\](:\d{1,5})?$/, '$1')
    .replace(/^([\d.]+):\d{1,5}$/, '$1')
    .replace(/%[\w.-]{1,50}$/, '');
  const version = isIP(bare);
  if (version !== 6) return version === 4 ? bare : undefined;
  const { address } = new SocketAddress({ address: bare, family: 'ipv6' });
  const [, high = '0', low] = translated.exec(address) ?? [];
  return mapped.exec(address)?.[1] ?? (low === undefined ? address : dotted(high, low));
};

/**
 * Whose network an address belongs to, as far as it stands for one client: itself, and of IPv6 the /64 that a household
 * has, with all the addresses in it.
 *
 * @param address as `readAddress` gives it.
 */
export const networkOf = (address: string): string => {
  if (isIP(address) !== 6) return address;
  const [head = [], tail = []] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].slice(0, 4).join(':');
};

const parseNetwork = (text: string) => {
  const [address = '', prefix, more] = text.split('/');
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  const length = prefix === undefined ? longest : Number(prefix);
  const isRight =
    version !== 0 && more === undefined && /^\d{1,3}$/.test(prefix ?? '0') && length <= longest;
  return isRight ? { address, length, family: `ipv${version}` as 'ipv4' | 'ipv6' } : undefined;
};

/** Whether a text is a network such as `10.0.0.0/8`, or one address; IPv4 in its own spelling. */
export const isNetwork = (text: string): boolean =>
  parseNetwork(text) !== undefined && !text.toLowerCase().startsWith('::ffff:');

/** Makes the function that says whether an address is in one of these networks. */
export const insideOf = (networks: readonly string[]): ((address: string) => boolean) => {
  // Two lists: in one, every IPv4 address would be found in a network of the mapped ones.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const text of networks) {
    const network = parseNetwork(text);
    if (network) lists[network.family].addSubnet(network.address, network.length, network.family);
  }
  return (address) => {
    const version = isIP(address);
    return (
      version !== 0 && lists[`ipv${version as 4 | 6}`].check(address, `ipv${version as 4 | 6}`)
    );
  };
};
