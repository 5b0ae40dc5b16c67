import type { Limits } from '../execute/Executor';
import type { BuildFlags } from './buildCommand';
import {
  parseCount,
  parseCpu,
  parseDuration,
  parseSize,
} from './parse/parseSize';

/** Limits of steps from flags. */
export function limitsOf({
  memory,
  cpu,
  pids,
  disk,
  timeout,
}: Pick<BuildFlags, 'memory' | 'cpu' | 'pids' | 'disk' | 'timeout'>): Limits {
  return {
    ...(memory && { memory: parseSize('--memory', memory) }),
    ...(cpu && { cpu: parseCpu('--cpu', cpu) }),
    ...(pids && { processes: parseCount('--pids', pids) }),
    ...(disk && { disk: parseSize('--disk', disk) }),
    ...(timeout && { timeout: parseDuration('--timeout', timeout) }),
  };
}
