import { OciError } from '../errors/OciError';
import { Keychain } from './Keychain';

/**
 * A keychain from the text of a docker config (`config.json`,
 * `.dockerconfigjson` or the old `.dockercfg` of a Kubernetes secret).
 *
 * @throws {@link OciError} `invalidConfig`
 * @public
 */
export function dockerConfigKeychain(_json: string): Keychain {
  throw new OciError('unsupported', 'being written');
}
