import { readOwnState } from './clusterState.ts';
import { apiRequest } from './control/request.ts';
import { findAnchor } from './node/namespaces.ts';
import { clusterPaths } from './paths.ts';
import { findDaemon, startedDaemons } from './system/daemon.ts';

/** What {@link status} found. */
export type ClusterStatus = { up: boolean; lines: string[] };

/** Looks whether a cluster is up: its namespace, each of its programs, and whether the API server answers. */
export async function status(name: string): Promise<ClusterStatus> {
  const paths = clusterPaths(name);
  if (!(await findAnchor(paths)))
    return { up: false, lines: [`cluster "${name}" is down`] };
  const lines: string[] = [];
  const daemons = await startedDaemons(paths);
  let allRun = daemons.length > 0;
  for (const daemon of daemons) {
    const process = await findDaemon(paths, daemon);
    lines.push(
      `  ${daemon.padEnd(26)} ${
        process ? `runs, process ${process.pid}` : 'has ended'
      }`,
    );
    allRun &&= process !== undefined;
  }
  const state = await readOwnState(name).catch(() => undefined);
  if (!state)
    return {
      up: false,
      lines: [`cluster "${name}" is half up: run up again`, ...lines],
    };
  const ready = await apiRequest(paths.pki, state.apiServer, '/readyz').then(
    ({ status: code }) => code === 200,
    () => false,
  );
  lines.unshift(
    `cluster "${name}" is ${allRun && ready ? 'up' : 'not well'} at ${
      state.nodeAddress
    }`,
  );
  lines.push(
    `  API server                 ${state.apiServer} ${
      ready ? 'is ready' : 'does not answer'
    }`,
  );
  for (const [kind, registry] of Object.entries(state.registries)) {
    lines.push(
      `  ${`registry ${kind}`.padEnd(26)} ${registry.scheme}://${
        registry.host
      }`,
    );
  }
  lines.push(
    `  git                        ${state.git.httpUrl} ${state.git.httpsUrl} ${state.git.sshUrl}`,
  );
  lines.push(
    `  kaniko                     ${
      state.kaniko
        ? `${state.kaniko.version}, ${state.kaniko.source}`
        : state.kanikoAbsent
    }`,
  );
  lines.push(`  NetworkPolicy              ${state.networkPolicy.why}`);
  return { up: allRun && ready, lines };
}
