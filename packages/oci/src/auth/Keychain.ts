import { Repository } from '../reference/Reference';
import { Credential } from './Credential';

/**
 * Finds the credential for a repository.
 *
 * The client asks before its first request to each repository of a host, and
 * again after a 401; it may ask often and concurrently, so an implementation
 * that reads files or the network caches. It must compare the host exactly:
 * never by suffix, never by pattern. `undefined` means "go anonymous". An error
 * it throws fails the request and must not contain a secret.
 *
 * @public
 */
export interface Keychain {
  find(repository: Repository): Promise<Credential | undefined>;
}

/**
 * A keychain with nothing in it: every request is anonymous.
 *
 * @public
 */
export const anonymousKeychain: Keychain = { find: async () => undefined };

/**
 * Asks several keychains in order and takes the first answer.
 *
 * @public
 */
export function firstOf(...keychains: readonly Keychain[]): Keychain {
  return {
    async find(repository) {
      for (const keychain of keychains) {
        const credential = await keychain.find(repository);
        if (credential) return credential;
      }
      return undefined;
    },
  };
}
