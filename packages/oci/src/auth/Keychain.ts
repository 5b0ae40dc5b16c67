import { Repository } from '../reference/Reference';
import { Credential } from './Credential';

/**
 * Finds the credential for a repository.
 *
 * The client calls it before a request (for registries with token auth: before
 * it fetches a token), so often and concurrently; an implementation that is slow
 * caches. It must compare the host exactly, never by suffix or pattern: the
 * credential is sent to that host. `undefined` means "go anonymous". An error it
 * throws fails the request as it is, and must not contain a secret.
 *
 * @public
 */
export interface Keychain {
  /** The credential for a repository of exactly this registry, if there is one. */
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
