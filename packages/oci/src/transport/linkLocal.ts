import { lookup as dnsLookup, LookupAddress, LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';

const LINK_LOCAL = new BlockList();
LINK_LOCAL.addSubnet('169.254.0.0', 16, 'ipv4');
LINK_LOCAL.addSubnet('fe80::', 10, 'ipv6');
// The metadata service of EC2 over IPv6.
LINK_LOCAL.addAddress('fd00:ec2::254', 'ipv6');

/**
 * Says whether an IP address is link-local. No registry lives there, but the
 * metadata services of clouds do, and a hostile registry could redirect us to
 * one.
 */
export function isLinkLocal(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '');
  const family = isIP(bare);
  if (family === 0) return false;
  // BlockList also sees through IPv4-mapped IPv6 addresses.
  return LINK_LOCAL.check(bare, family === 6 ? 'ipv6' : 'ipv4');
}

type LookupCallback = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

/**
 * `dns.lookup` that gives no link-local address, so that a name can't be used
 * to reach one either.
 */
export function lookupWithoutLinkLocal(
  hostname: string,
  options: LookupOptions,
  callback: LookupCallback,
): void {
  dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) {
      callback(error, []);
      return;
    }
    const allowed = addresses.filter(entry => !isLinkLocal(entry.address));
    if (allowed.length === 0) {
      const refused: NodeJS.ErrnoException = new Error(
        'only link-local addresses',
      );
      refused.code = 'ELINKLOCAL';
      callback(refused, []);
    } else if (options.all) {
      callback(null, allowed);
    } else {
      callback(null, allowed[0].address, allowed[0].family);
    }
  });
}
