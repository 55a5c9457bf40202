import { isIP } from 'node:net';
import { insideOf } from '../config/ip-address.ts';

// This machine, private and shared networks, link-local, protocol assignments, benchmarks, multicast, reserved.
const networks4 =
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.168.0.0/16 198.18.0.0/15 224.0.0.0/3';

// The same in IPv6, and what maps or translates to IPv4.
const networks6 =
  '::/127 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 2002::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8';

const isInside = insideOf([...networks4.split(' '), ...networks6.split(' ')]);

/** Whether a text is none of the public internet's IP addresses. */
export const isPrivateAddress = (address: string): boolean =>
  isIP(address) === 0 || isInside(address);
