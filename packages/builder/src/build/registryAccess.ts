import {
  Credential,
  dockerConfigFile,
  environmentKeychain,
  parseRegistry,
  type Keychain,
} from '@buildog/oci';
import type { RegistryAccess } from '../sources/Registries';
import { cloudKeychains } from '../sources/keychains/cloudKeychains';
import type { BuildOptions, RegistryLogin } from './BuildOptions';

/** How registries are reached: credentials that were given, then the environment's, then those of clouds. */
export function registryAccess(
  { registries = {} }: BuildOptions,
  env: NodeJS.ProcessEnv,
): RegistryAccess {
  const { hosts, credentials = {}, ca, attempts } = registries;
  const given = Object.entries(credentials).map(([host, login]) =>
    keychainOf(parseRegistry(host), login),
  );
  return {
    keychains: [...given, environmentKeychain(env), ...cloudKeychains(env)],
    ...(hosts && { hosts }),
    client: {
      ...(ca !== undefined && { ca }),
      ...(attempts !== undefined && { retry: { attempts } }),
    },
  };
}

function keychainOf(registry: string, login: RegistryLogin): Keychain {
  if ('file' in login) {
    const file = dockerConfigFile(login.file, { required: true });
    return {
      find: async repository =>
        repository.registry === registry ? file.find(repository) : undefined,
    };
  }
  const credential =
    'token' in login
      ? Credential.registryToken(login.token)
      : Credential.basic(login.username, login.password);
  return {
    find: async repository =>
      repository.registry === registry ? credential : undefined,
  };
}
