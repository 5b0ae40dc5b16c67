import { OciError } from '../errors/OciError';
import { Keychain } from './Keychain';

/**
 * A keychain from environment variables.
 *
 * @throws {@link OciError} `invalidConfig`
 * @public
 */
export async function environmentKeychain(
  _env: NodeJS.ProcessEnv = process.env,
): Promise<Keychain> {
  throw new OciError('unsupported', 'being written');
}
