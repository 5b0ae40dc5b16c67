import { execFileSync } from 'node:child_process';
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mockServices } from '@backstage/backend-test-utils';
import type { AttemptRef, PreparedJob } from '@buildog/plugin-buildog-node';
import { AGENT_SCRIPT } from '../../kubernetes/testing/testAgent';
import { shellJob } from '../../kubernetes/testing/shellJob';
import type { LocalRunnerOptions } from '../LocalRunner';
import { LocalRunner } from '../LocalRunner';
import { untilNoneWith } from './processes';
import { TEST_NODE } from './testNode';
import { removeTree } from '../supervise/removeTree';

/** Folders of one test file: a machine that has busybox and nothing else. */
export class LocalBench {
  private constructor(readonly folder: string) {}

  static async open(): Promise<LocalBench> {
    const folder = await mkdtemp(join(tmpdir(), 'buildog-local-'));
    const bin = join(folder, 'machine', 'bin');
    await mkdir(bin, { recursive: true });
    const busybox = join(bin, 'busybox');
    await copyFile('/bin/busybox', busybox);
    const applets = execFileSync(busybox, ['--list']).toString().trim();
    for (const name of applets.split('\n')) {
      if (name !== 'busybox') await symlink('busybox', join(bin, name));
    }
    await writeFile(join(bin, 'agent'), AGENT_SCRIPT);
    await chmod(join(bin, 'agent'), 0o755);
    return new LocalBench(folder);
  }

  /** A runner over this bench's root; as often as one likes. */
  runner(options: Partial<LocalRunnerOptions> = {}): Promise<LocalRunner> {
    return LocalRunner.create({
      config: {
        root: join(this.folder, 'root'),
        concurrency: 20,
        limits: {},
        nice: 0,
      },
      installationId: 'inst-1',
      logger: mockServices.logger.mock(),
      node: TEST_NODE,
      steps: {
        agent: ['agent'],
        machine: {
          mounts: [
            {
              source: join(this.folder, 'machine', 'bin'),
              target: '/bin',
              readOnly: true,
            },
          ],
          links: {},
        },
        programs: [],
      },
      ...options,
    });
  }

  async close(): Promise<void> {
    // One that begins just now makes files before it sees that it is late.
    await untilNoneWith(this.folder);
    await removeTree(this.folder);
  }
}

/** A job whose build runs a script; its local form follows its container. */
export function localJob(attempt: AttemptRef, script: string): PreparedJob {
  const job = shellJob(attempt, script, 'none');
  Object.defineProperty(job.build, 'local', {
    enumerable: true,
    configurable: true,
    get: () => {
      const [{ command = [], args, env }] = job.build.containers;
      const [program, ...rest] = command;
      return { command: program, args: [...rest, ...args], env };
    },
  });
  return job;
}
