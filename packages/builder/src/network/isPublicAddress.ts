import { BlockList, isIP } from 'node:net';

/**
 * Networks that are not the public internet: this machine, its neighbours,
 * cloud metadata services, and what is reserved (IANA special-purpose registries).
 */
const special: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.88.99.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  // A metadata service outside of the ranges above.
  ['168.63.129.16', 32, 'ipv4'],
];

/** Global unicast (RFC 4291) is all that is public in IPv6; of it these are not. */
const specialSix: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const blocked = new BlockList();
for (const [address, prefix, family] of special) {
  blocked.addSubnet(address, prefix, family);
}
for (const [address, prefix] of specialSix) {
  blocked.addSubnet(address, prefix, 'ipv6');
}
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

/**
 * True for an address on the public internet. False for what is no address, and
 * for IPv6 forms that carry an IPv4 address (mapped, translated, 6to4, Teredo):
 * where they lead depends on others.
 */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !blocked.check(address, 'ipv4');
    case 6:
      return (
        !address.includes('%') &&
        globalUnicast.check(address, 'ipv6') &&
        !blocked.check(address, 'ipv6')
      );
    default:
      return false;
  }
}
