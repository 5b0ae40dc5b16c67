import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { SourceError } from '@buildog/plugin-buildog-node';

/** Finds the addresses of a host name. */
export type ResolveHost = (hostname: string) => Promise<string[]>;

const inner = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  inner.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 128],
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  inner.addSubnet(network, prefix, 'ipv6');
}

/**
 * Which hosts source may come from. With a list: exactly its hosts, wherever
 * they are. Without one: every host whose addresses are all public, so that a
 * repository URL cannot make the portal talk to its own network.
 *
 * The check resolves names once; a name that changes afterwards is what
 * egress rules are for. Where that matters, configure the list.
 */
export class HostRules {
  readonly #allowed: readonly string[] | undefined;
  readonly #resolve: ResolveHost;

  constructor(
    allowed: readonly string[] | undefined,
    resolve: ResolveHost = resolveAll,
  ) {
    this.#allowed = allowed;
    this.#resolve = resolve;
  }

  /**
   * @param host - lower case, with a port unless it is the scheme's own
   * @throws SourceError `SourceHostNotAllowed`, `GitHostUnreachable`
   */
  async check(host: string): Promise<void> {
    if (this.#allowed) {
      if (this.#allowed.some(pattern => matches(pattern, host))) return;
      throw refused(
        `The host ${host} is not among the allowed source hosts: ${
          this.#allowed.join(', ') || 'none'
        }.`,
      );
    }
    const hostname = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
    const addresses = isIP(hostname)
      ? [hostname]
      : await this.#addresses(hostname);
    if (addresses.some(isInner)) {
      throw refused(
        `The host ${host} is not public. An administrator may list it in buildog.sources.allowedHosts.`,
      );
    }
  }

  async #addresses(hostname: string): Promise<string[]> {
    try {
      return await this.#resolve(hostname);
    } catch (cause) {
      throw new SourceError(
        {
          code: 'GitHostUnreachable',
          category: 'Infrastructure',
          message: `${hostname} cannot be resolved.`,
        },
        { retryable: true, cause },
      );
    }
  }
}

/** `*.example.com` matches every host below it, with any port only when it names one. */
function matches(pattern: string, host: string): boolean {
  return pattern.startsWith('*.')
    ? host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1
    : host === pattern;
}

function isInner(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return inner.check(mapped[1], 'ipv4');
  return inner.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

function refused(message: string): SourceError {
  return new SourceError(
    { code: 'SourceHostNotAllowed', category: 'Policy', message },
    { retryable: false },
  );
}

async function resolveAll(hostname: string): Promise<string[]> {
  const found = await lookup(hostname, { all: true });
  return found.map(entry => entry.address);
}
