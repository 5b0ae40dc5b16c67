import { BlockList, isIP } from 'node:net';
import { BuilderError } from '../errors/BuilderError';

/**
 * Hosts and networks that steps may reach although they are not public: names
 * (`nexus.example.com`, `*.example.com`), addresses, and networks (`10.1.0.0/16`).
 */
export class AllowList {
  private readonly names = new Set<string>();
  private readonly suffixes: string[] = [];
  private readonly networks = new BlockList();

  /** @throws BuilderError `validation` for an entry that is none of these */
  constructor(entries: readonly string[] = []) {
    for (const entry of entries) this.add(entry.trim().toLowerCase());
  }

  /** True for a name that is listed; whatever its addresses are, they are allowed. */
  hasName(host: string): boolean {
    const name = host.toLowerCase().replace(/\.$/, '');
    return (
      this.names.has(name) ||
      this.suffixes.some(suffix => name.endsWith(suffix))
    );
  }

  /** True for an address that is listed. */
  hasAddress(address: string): boolean {
    const family = isIP(address);
    if (family === 0) return false;
    return this.networks.check(address, family === 4 ? 'ipv4' : 'ipv6');
  }

  private add(entry: string): void {
    const [address, prefix, more] = entry.split('/');
    const family = isIP(address);
    const type = family === 4 ? 'ipv4' : 'ipv6';
    const most = family === 4 ? 32 : 128;
    if (family !== 0 && prefix === undefined) {
      this.networks.addAddress(address, type);
    } else if (
      family !== 0 &&
      more === undefined &&
      /^\d{1,3}$/.test(prefix) &&
      Number(prefix) <= most
    ) {
      this.networks.addSubnet(address, Number(prefix), type);
    } else if (/^\*(\.[a-z0-9_-]+)+$/.test(entry)) {
      this.suffixes.push(entry.slice(1));
    } else if (/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(entry)) {
      this.names.add(entry);
    } else {
      throw new BuilderError(
        'validation',
        `${JSON.stringify(
          entry,
        )} in the list of allowed hosts is no name, no "*.name", no address and no network like 10.1.0.0/16`,
      );
    }
  }
}
