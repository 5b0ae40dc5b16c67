import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from './temporaryFolder';

/** A registry of the test cluster. */
export interface TestRegistry {
  host: string;
  username: string;
  password: string;
  caFile?: string;
}

/** As much of `cluster.json` as these suites use; see `test/cluster/clusterState.ts`. */
export interface TestCluster {
  name: string;
  kubeconfig: string;
  apiServer: string;
  registries: Record<'plain' | 'tls' | 'token', TestRegistry>;
  git: {
    httpUrl: string;
    httpsUrl: string;
    caFile: string;
    sshUrl: string;
    sshKnownHosts: string;
    sshKeyFile: string;
    username: string;
    password: string;
  };
  images: Record<'busybox' | 'node' | 'agentBase' | 'buildah', string> & {
    kaniko?: string;
  };
  kanikoAbsent?: string;
  tools: { binDir: string };
}

/** Runs kubectl and returns its output. */
export async function kubectl(
  cluster: TestCluster,
  args: string[],
  input?: object,
): Promise<string> {
  const running = promisify(execFile)(
    join(cluster.tools.binDir, 'kubectl'),
    [`--kubeconfig=${cluster.kubeconfig}`, ...args],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  running.child.stdin?.end(input ? JSON.stringify(input) : undefined);
  return (await running).stdout;
}

/** A docker config with the registry's credential. */
export function dockerConfig({ host, username, password }: TestRegistry) {
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  return { auths: { [host]: { auth } } };
}

/**
 * Asks a registry for a manifest with skopeo, which has nothing in common
 * with our own client.
 */
export function inspectWithSkopeo(
  registry: TestRegistry,
  reference: string,
): string {
  const directory = temporaryFolder('buildog-skopeo');
  const authFile = join(directory, 'auth.json');
  writeFileSync(authFile, JSON.stringify(dockerConfig(registry)));
  if (registry.caFile) {
    writeFileSync(join(directory, 'ca.crt'), readFileSync(registry.caFile));
  }
  return execFileSync(
    'skopeo',
    [
      ...['inspect', '--raw', `--authfile=${authFile}`],
      `--cert-dir=${directory}`,
      `--tls-verify=${registry.caFile !== undefined}`,
      `docker://${reference}`,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  ).toString();
}
