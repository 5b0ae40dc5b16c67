import { access, constants } from 'node:fs/promises';
import { ProgramFailed, run } from '../system/run.ts';

const instead = 'or set KUBECONFIG to a cluster of your own';

/**
 * Looks whether this process may do what a cluster needs, so that it fails here
 * with a sentence and not later with a riddle.
 *
 * @throws Error that says what is not allowed and what to do.
 */
export async function ensureAllowed(): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new Error(`a test cluster is started by root: use sudo, ${instead}`);
  }
  try {
    const flags = ['--mount', '--net', '--pid', '--fork', '--mount-proc'];
    await run('unshare', [...flags, 'true']);
  } catch (error) {
    const why = error instanceof ProgramFailed ? error.stderr.trim() : error;
    throw new Error(
      `this machine lets root make no namespaces (${why}): a container needs --privileged; ${instead}`,
      { cause: error },
    );
  }
  try {
    await access('/sys/fs/cgroup', constants.W_OK);
  } catch (error) {
    throw new Error(
      `/sys/fs/cgroup can't be written: a container needs --privileged --cgroupns=private; ${instead}`,
      { cause: error },
    );
  }
}
