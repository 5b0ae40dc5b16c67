import { execFile } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ClusterState } from '../../testing/clusterState';

const run = promisify(execFile);

/**
 * Does of each agent program what a runner's contract is about: it reads its
 * input and credential, uses the folders, and leaves a result.
 */
export const AGENT_SCRIPT = `#!/bin/sh
set -e
input=/buildog/input/$1.json
case "$1" in
init)
  sed 's/.*"say":"\\([^"]*\\)".*/\\1/' "$input"
  echo hello > /buildog/workspace/source
  ;;
publish)
  cat /buildog/output/result 2>/dev/null || true
  test -s /buildog/credentials/docker-config.json
  ;;
sidecar)
  test -s /var/run/secrets/kubernetes.io/serviceaccount/token
  trap 'exit 0' TERM
  while :; do sleep 1 & wait $!; done
  ;;
*)
  exit 0
  ;;
esac
printf '{"ok":true}' > /dev/termination-log
`;

/** Puts the stand-in for the agent's image into the cluster's plain registry. */
export async function pushTestAgent(cluster: ClusterState): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'buildog-agent-'));
  try {
    mkdirSync(join(folder, 'root'));
    const script = join(folder, 'root', 'agent');
    writeFileSync(script, AGENT_SCRIPT);
    chmodSync(script, 0o755);
    const layer = join(folder, 'layer.tar');
    await run('tar', ['-C', join(folder, 'root'), '-cf', layer, 'agent']);
    const { host, username, password } = cluster.registries.plain;
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    writeFileSync(
      join(folder, 'config.json'),
      JSON.stringify({ auths: { [host]: { auth } } }),
    );
    const image = `${host}/test/runner-agent:${process.pid}`;
    const crane = (args: string[]) =>
      run(join(cluster.tools.binDir, 'crane'), ['--insecure', ...args], {
        env: { ...process.env, DOCKER_CONFIG: folder },
      });
    await crane([
      'append',
      `--base=${cluster.images.busybox}`,
      `--new_layer=${layer}`,
      `--new_tag=${image}`,
    ]);
    await crane(['mutate', image, '--entrypoint=/agent', `--tag=${image}`]);
    const { stdout } = await crane(['digest', image]);
    return `${image.replace(/:\d+$/, '')}@${stdout.trim()}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
