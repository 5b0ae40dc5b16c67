import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { AllowList } from './AllowList';
import { isPublicAddress } from './isPublicAddress';

/** Where a request may go; or why it may not. */
export type Destination =
  | { readonly allowed: true; readonly addresses: readonly string[] }
  | { readonly allowed: false; readonly reason: string };

/** Addresses of a name. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** Names that never mean a host of the internet. */
const privateNames =
  /^(localhost|.*\.localhost|.*\.local|.*\.internal|.*\.home\.arpa|metadata)$/;

/** See {@link findDestination}. */
export interface DestinationRules {
  readonly allow: AllowList;
  /** Default: the machine's own resolver. */
  readonly resolve?: Resolve;
  /** Default: the addresses of this machine's interfaces. */
  readonly own?: () => readonly string[];
  /** Another proxy resolves names: one that we can not look up may pass. */
  readonly byName: boolean;
}

/**
 * Looks a host up and says to which of its addresses a step may connect. Every
 * address is judged as it will be used — the caller connects to *these* and does
 * not look up again — so a name that changes its address between the check and
 * the connection gains nothing. A public name with one private address among its
 * own is refused altogether.
 */
export async function findDestination(
  host: string,
  rules: DestinationRules,
): Promise<Destination> {
  const { allow, resolve = resolveAll, own = ownAddresses } = rules;
  if (isIP(host) !== 0) return judge(host, [host], allow, own());
  const name = host.toLowerCase().replace(/\.$/, '');
  if (!/^[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?$/.test(name)) {
    return refused(`${JSON.stringify(host)} is no host name`);
  }
  const listed = allow.hasName(name);
  if (privateNames.test(name) && !listed) {
    return refused(`${name} is a name of this machine or of its network`);
  }
  // What resolvers take for an address (0x7f.1, 2130706433, 127.1) is none to us.
  if (/^(0x[0-9a-f]*|\d+)$/.test(name.split('.').at(-1) ?? '')) {
    return refused(`${name} is an address in an unusual form`);
  }
  const addresses = await resolve(name).catch(() => []);
  if (addresses.length === 0) {
    return rules.byName
      ? { allowed: true, addresses: [] }
      : refused(`${name} was not found`);
  }
  if (listed) return { allowed: true, addresses };
  return judge(name, addresses, allow, own());
}

function judge(
  host: string,
  addresses: readonly string[],
  allow: AllowList,
  own: readonly string[],
): Destination {
  const bad = addresses.find(
    address =>
      !allow.hasAddress(address) &&
      (!isPublicAddress(address) || own.includes(address)),
  );
  return bad === undefined
    ? { allowed: true, addresses }
    : refused(
        `${host} is ${
          bad === host ? '' : `${bad}, `
        }an address of this machine or of a private network`,
      );
}

function refused(reason: string): Destination {
  return { allowed: false, reason };
}

async function resolveAll(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map(({ address }) => address);
}

/** Also its public ones: a service that listens everywhere answers there, too. */
function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap(list =>
    (list ?? []).map(({ address }) => address),
  );
}
