import { isIPv6 } from 'node:net';
import { invalidReference } from './invalidReference';

const DOMAIN =
  /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*$/;

/** Other names of Docker Hub that people and tools write. */
const DOCKER_HUB = new Set(['index.docker.io', 'registry-1.docker.io']);

/**
 * Checks a registry host (`host`, `host:port`, `[::1]:port`) and gives it in
 * lower case, Docker Hub always as `docker.io`. `text` is what the user wrote,
 * for the error.
 *
 * @throws {@link OciError} `invalidReference`, with `position`
 * @public
 */
export function parseRegistry(registry: string, text = registry): string {
  const match = /^(\[[^\]]*\]|[^:[\]]*)(?::(.*))?$/.exec(registry);
  const [host, port] = match ? [match[1], match[2]] : ['', undefined];
  const isHost = host.startsWith('[')
    ? isIPv6(host.slice(1, -1)) && !host.includes('%')
    : DOMAIN.test(host);
  if (!isHost) {
    throw invalidReference(
      text,
      0,
      'the registry is no host name, IPv4 address or [IPv6 address]',
    );
  }
  if (port !== undefined && !isPort(port)) {
    throw invalidReference(
      text,
      host.length + 1,
      'the port of the registry is not a number from 1 to 65535',
    );
  }
  const normal = registry.toLowerCase();
  return DOCKER_HUB.has(normal) ? 'docker.io' : normal;
}

function isPort(text: string): boolean {
  return (
    /^[1-9][0-9]{0,4}$/.test(text) &&
    !text.endsWith('\n') &&
    Number(text) <= 65535
  );
}
