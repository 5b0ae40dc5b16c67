import type { Keychain } from '@buildog/oci';
import { acrKeychain } from './acrKeychain';
import { ecrKeychain } from './ecrKeychain';
import { gcrKeychain } from './gcrKeychain';

/**
 * Credentials by the identity that a cloud gives this process. Each looks at the
 * host of the registry first, exactly, and asks nobody for a host that is none of
 * its own.
 */
export function cloudKeychains(env: NodeJS.ProcessEnv): readonly Keychain[] {
  return [ecrKeychain(env), gcrKeychain(env), acrKeychain(env)];
}
