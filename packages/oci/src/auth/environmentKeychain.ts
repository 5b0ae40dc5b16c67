import { join } from 'node:path';
import { OciError } from '../errors/OciError';
import { parseRegistry } from '../reference/parseRegistry';
import { Credential } from './Credential';
import { dockerConfigFile } from './dockerConfigFile';
import { dockerConfigKeychain } from './dockerConfigKeychain';
import { firstOf, Keychain } from './Keychain';

/**
 * A keychain from what other tools use too. The first that has a credential for
 * the repository counts:
 *
 * 1. `BUILDOG_REGISTRY`, `BUILDOG_REGISTRY_USERNAME`, `BUILDOG_REGISTRY_PASSWORD`:
 *    one credential for exactly that host
 * 2. `DOCKER_AUTH_CONFIG`: the text of a docker config
 * 3. `REGISTRY_AUTH_FILE`: path of a docker config, which must be there
 * 4. `DOCKER_CONFIG`: directory with a `config.json`
 * 5. `$XDG_RUNTIME_DIR/containers/auth.json`, `$HOME/.docker/config.json`
 *
 * The variables are read once; the files at each question.
 *
 * @throws {@link OciError} `invalidConfig`
 * @public
 */
export function environmentKeychain(
  env: NodeJS.ProcessEnv = process.env,
): Keychain {
  const files: Keychain[] = [];
  if (env.REGISTRY_AUTH_FILE) {
    files.push(dockerConfigFile(env.REGISTRY_AUTH_FILE, { required: true }));
  }
  if (env.DOCKER_CONFIG) {
    files.push(dockerConfigFile(join(env.DOCKER_CONFIG, 'config.json')));
  }
  if (env.XDG_RUNTIME_DIR) {
    files.push(
      dockerConfigFile(join(env.XDG_RUNTIME_DIR, 'containers', 'auth.json')),
    );
  }
  if (env.HOME) {
    files.push(dockerConfigFile(join(env.HOME, '.docker', 'config.json')));
  }
  return firstOf(
    ...singleHost(env),
    ...(env.DOCKER_AUTH_CONFIG
      ? [dockerConfigKeychain(env.DOCKER_AUTH_CONFIG)]
      : []),
    ...files,
  );
}

function singleHost(env: NodeJS.ProcessEnv): Keychain[] {
  const {
    BUILDOG_REGISTRY: host,
    BUILDOG_REGISTRY_USERNAME: username,
    BUILDOG_REGISTRY_PASSWORD: password,
  } = env;
  if (!host && !username && !password) return [];
  if (!host || !username || !password) {
    throw new OciError(
      'invalidConfig',
      'BUILDOG_REGISTRY, BUILDOG_REGISTRY_USERNAME and BUILDOG_REGISTRY_PASSWORD must be set together',
    );
  }
  const registry = parseRegistry(host);
  const credential = Credential.basic(username, password);
  return [
    {
      find: async repository =>
        repository.registry === registry ? credential : undefined,
    },
  ];
}
