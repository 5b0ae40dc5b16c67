import { BlockList, isIP } from 'node:net';
import { OciError } from '../errors/OciError';
import type { RegistryOptions } from './RegistryOptions';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Says whether only this machine reaches an address. */
export function isLoopback(host: string): boolean {
  const family = isIP(host);
  if (family === 0) return host === 'localhost';
  return LOOPBACK.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Makes sure that nobody opens a registry to a network by leaving something
 * out.
 *
 * @throws OciError `invalidConfig`
 */
export function checkBinding(
  options: Pick<RegistryOptions, 'host' | 'credentials'>,
): void {
  const { host = '127.0.0.1', credentials = [] } = options;
  if (credentials.length === 0 && !isLoopback(host)) {
    throw new OciError(
      'invalidConfig',
      `the embedded registry does not listen on ${JSON.stringify(
        host,
      )} without credentials: give it credentials, or a loopback host such as 127.0.0.1`,
    );
  }
  const names = new Set<string>();
  credentials.forEach(({ username, password }, i) => {
    const field = `credentials[${i}] of the embedded registry`;
    if (username === '' || /[:\p{Cc}]/u.test(username)) {
      throw new OciError(
        'invalidConfig',
        `${field} has a username that is empty or holds a colon or control character`,
      );
    }
    if (password.length < 8) {
      throw new OciError(
        'invalidConfig',
        `${field} has a password of less than 8 characters`,
      );
    }
    if (names.has(username)) {
      throw new OciError('invalidConfig', `${field} repeats a username`);
    }
    names.add(username);
  });
}
