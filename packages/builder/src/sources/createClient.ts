import {
  RegistryClient,
  type Keychain,
  type RegistryClientOptions,
} from '@buildog/oci';

/** Makes a registry client. A module of its own, so that nothing is loaded that talks to no registry. */
export function createClient(
  options: RegistryClientOptions,
  keychain: Keychain,
): RegistryClient {
  return RegistryClient.create({
    ...options,
    keychain,
    userAgent: 'buildog-builder',
  });
}
