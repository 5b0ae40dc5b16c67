import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterState } from '../../cluster/clusterState.ts';

/** The repository's root. */
export const root = join(import.meta.dirname, '..', '..', '..');

/** The cluster whose `cluster.json` `BUILDOG_TEST_CLUSTER` names, or why there is none. */
export function clusterOrReason(): ClusterState | string {
  const file = process.env.BUILDOG_TEST_CLUSTER;
  if (file) return JSON.parse(readFileSync(file, 'utf8')) as ClusterState;
  const reason =
    'BUILDOG_TEST_CLUSTER is not set: start the test cluster (yarn cluster up) and give the path of its cluster.json';
  if (process.env.BUILDOG_REQUIRE_CLUSTER === '1') throw new Error(reason);
  return reason;
}

/** How a program ended. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs one of the cluster's programs to its end; a failure is an answer. */
export function attempt(
  state: ClusterState,
  program: string,
  args: string[],
  input = '',
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(state.tools.binDir, program), args, {
      env: { ...process.env, KUBECONFIG: state.kubeconfig },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', chunk => (stdout += chunk));
    child.stderr.on('data', chunk => (stderr += chunk));
    child.on('error', reject);
    child.on('close', code => resolve({ code: code ?? -1, stdout, stderr }));
    child.stdin.on('error', () => undefined); // it may end before it has read all
    child.stdin.end(input);
  });
}

/**
 * Standard output of one of the cluster's programs.
 *
 * @throws Error with its standard error when it fails.
 */
export async function run(
  state: ClusterState,
  program: string,
  args: string[],
  input = '',
): Promise<string> {
  const { code, stdout, stderr } = await attempt(state, program, args, input);
  if (code === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${stderr}`);
}
