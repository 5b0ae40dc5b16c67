import { BuilderError } from '../../errors/BuilderError';
import type { NetworkMode } from '../../execute/Executor';
import type { ExecOperation } from '../../graph/Operation';
import type { SolveSettings } from '../SolveTools';

/**
 * What the step reaches: what the Dockerfile asks for, as far as the
 * administrator allows it.
 *
 * @throws {@link BuilderError} `validation` when it asks for more
 */
export function networkOf(
  { network }: ExecOperation,
  settings: Pick<SolveSettings, 'network' | 'allowHostNetwork'>,
): NetworkMode {
  if (network === 'none') return 'none';
  if (network === 'default' || settings.network === 'host') {
    return settings.network;
  }
  if (settings.allowHostNetwork) return 'host';
  throw new BuilderError(
    'validation',
    'RUN --network=host is not allowed here: take it out, or have the one who runs the build allow it (--allow network.host)',
  );
}

/**
 * Whether the step runs in the sandbox.
 *
 * @throws {@link BuilderError} `validation` when it must not leave it
 */
export function securityOf(
  { security }: ExecOperation,
  { allowInsecure }: Pick<SolveSettings, 'allowInsecure'>,
): ExecOperation['security'] {
  if (security === 'insecure' && !allowInsecure) {
    throw new BuilderError(
      'validation',
      'RUN --security=insecure is not allowed here: take it out, or have the one who runs the build allow it (--allow security.insecure)',
    );
  }
  return security;
}
