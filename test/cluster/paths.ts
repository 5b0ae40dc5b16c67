import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where programs, images and clusters are kept: `BUILDOG_CACHE`, else the user's cache folder. */
export function cacheFolder(): string {
  const { BUILDOG_CACHE, XDG_CACHE_HOME } = process.env;
  return (
    BUILDOG_CACHE ||
    join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'buildog')
  );
}

/** The folders and files of one cluster. `identity` outlives `down`; the rest is made anew by each fresh `up`. */
export type ClusterPaths = {
  /** Unique on this machine for (cache folder, cluster name): names the namespace, cgroup and interfaces. */
  id: string;
  root: string;
  identity: string;
  pki: string;
  run: string;
  logs: string;
  config: string;
  bin: string;
  clusterJson: string;
  kubeconfig: string;
  auditLog: string;
  lock: string;
  /**
   * Which processes run. Not below `root`, so that a cluster can be stopped when its folder was
   * deleted, and gone after a restart of the machine, as the processes are.
   */
  records: string;
};

/**
 * @throws Error when the name is not one lower-case word of at most 20 letters, digits and dashes:
 * it becomes part of interface, cgroup and node names.
 */
export function clusterPaths(name: string): ClusterPaths {
  if (!/^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/.test(name)) {
    throw new Error(
      `cluster name "${name}": use at most 20 lower-case letters, digits and dashes, a letter first`,
    );
  }
  const root = join(cacheFolder(), 'clusters', name);
  const hash = createHash('sha256').update(root).digest('hex').slice(0, 6);
  return {
    id: `${name}-${hash}`,
    root,
    identity: join(root, 'identity.json'),
    pki: join(root, 'pki'),
    run: join(root, 'run'),
    logs: join(root, 'logs'),
    config: join(root, 'run', 'config'),
    bin: join(root, 'bin'),
    clusterJson: join(root, 'cluster.json'),
    kubeconfig: join(root, 'kubeconfig'),
    auditLog: join(root, 'logs', 'audit.log'),
    records: join('/run/buildog', `${name}-${hash}`),
    lock: join(cacheFolder(), 'locks', `cluster-${name}.lock`),
  };
}
