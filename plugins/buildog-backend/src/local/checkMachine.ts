import { execFile } from 'node:child_process';
import { release } from 'node:os';
import { promisify } from 'node:util';
import {
  NEEDED_PROGRAMS,
  findProgram,
  requireProgram,
} from './sandbox/findProgram';
import { unshareCommand } from './sandbox/sandboxCommand';

/**
 * Whether this machine can run builds as processes, or what it lacks.
 */
export async function checkMachine(
  signal: AbortSignal,
): Promise<{ ok: true; version: string } | { ok: false; message: string }> {
  if (process.platform !== 'linux') {
    return {
      ok: false,
      message: `buildog.runner.local needs Linux, and this is ${process.platform}. Use a cluster: buildog.runner.kubernetes.clusters.`,
    };
  }
  const missing = NEEDED_PROGRAMS.filter(name => !findProgram(name));
  if (missing.length > 0) {
    return {
      ok: false,
      message: `buildog.runner.local needs ${missing.join(
        ', ',
      )}, which this machine does not have. Install util-linux and coreutils.`,
    };
  }
  const [unshare, ...args] = unshareCommand();
  try {
    await promisify(execFile)(unshare, [...args, requireProgram('true')], {
      signal,
    });
    return { ok: true, version: `linux ${release()}` };
  } catch (error) {
    signal.throwIfAborted();
    const { stderr = '' } = error as { stderr?: string };
    return {
      ok: false,
      message: `buildog.runner.local needs namespaces, which this machine refuses (${
        stderr.trim().slice(0, 200) || 'unshare failed'
      }). Allow unprivileged user namespaces, or run the backend as root.`,
    };
  }
}
