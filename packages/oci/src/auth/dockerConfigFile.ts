import { open } from 'node:fs/promises';
import { OciError } from '../errors/OciError';
import { dockerConfigKeychain } from './dockerConfigKeychain';
import { Keychain } from './Keychain';

const MAX_CONFIG_BYTES = 1024 * 1024;

/**
 * A keychain from a docker config on disk. The file is read at each question, so
 * a changed Kubernetes secret counts at once. A file that is not there has no
 * credentials, unless `required`.
 *
 * @throws (from `find`) {@link OciError} `invalidConfig`
 * @public
 */
export function dockerConfigFile(
  path: string,
  options: { readonly required?: boolean } = {},
): Keychain {
  return {
    async find(repository) {
      const text = await readConfig(path, options.required ?? false);
      if (text === undefined) return undefined;
      return dockerConfigKeychain(text).find(repository);
    },
  };
}

async function readConfig(
  path: string,
  required: boolean,
): Promise<string | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size > MAX_CONFIG_BYTES) {
        throw new OciError(
          'invalidConfig',
          `${path} is larger than a docker config can be (${MAX_CONFIG_BYTES} bytes)`,
        );
      }
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof OciError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT' && !required) {
      return undefined;
    }
    throw new OciError('invalidConfig', `cannot read ${path}`, { cause });
  }
}
