import {
  existsSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { readIdentity } from '../clusterIdentity.ts';
import { findAnchor } from '../node/namespaces.ts';
import { clusterPaths } from '../paths.ts';

/** What to look for after a cluster went down. Taken while it is up. */
export type ClusterMarks = {
  id: string;
  root: string;
  pidNamespace: string;
  hostInterface: string;
  netns: string;
};

/** The marks of a running cluster. */
export async function clusterMarks(name: string): Promise<ClusterMarks> {
  const paths = clusterPaths(name);
  const anchor = await findAnchor(paths);
  const network = (await readIdentity(paths))?.network;
  if (!anchor || !network) throw new Error(`cluster ${name} does not run`);
  return {
    ...{
      id: paths.id,
      root: paths.root,
      pidNamespace: readlinkSync(`/proc/${anchor.pid}/ns/pid`),
    },
    ...{ hostInterface: network.hostInterface, netns: network.netns },
  };
}

/** Ids of the processes inside the cluster's process namespace, and of those on this side that belong to it. */
export function clusterProcesses(marks: ClusterMarks): {
  inside: number[];
  outside: number[];
} {
  const inside: number[] = [];
  const outside: number[] = [];
  for (const pid of readdirSync('/proc')
    .filter(entry => /^\d+$/.test(entry))
    .map(Number)) {
    try {
      if (readlinkSync(`/proc/${pid}/ns/pid`) === marks.pidNamespace)
        inside.push(pid);
      else if (readlinkSync(`/proc/${pid}/cwd`).startsWith(`${marks.root}/`))
        outside.push(pid);
      else if (
        readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(
          `${marks.root}/run`,
        )
      )
        outside.push(pid);
    } catch {
      // ended meanwhile
    }
  }
  return { inside, outside };
}

/** Everything that is left of a cluster on this machine, in words; empty when there is nothing. */
export function tracesOf(marks: ClusterMarks): string[] {
  const { inside, outside } = clusterProcesses(marks);
  const traces = [...inside, ...outside].map(pid => `process ${pid}`);
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  for (const mount of mounts) {
    if (mount.includes(marks.root) || mount.includes(marks.netns))
      traces.push(`mount ${mount}`);
  }
  if (existsSync(`/run/netns/${marks.netns}`))
    traces.push(`network namespace ${marks.netns}`);
  if (existsSync(`/sys/class/net/${marks.hostInterface}`))
    traces.push(`interface ${marks.hostInterface}`);
  for (const folder of ['', ...readdirSync('/sys/fs/cgroup')]) {
    const cgroup = join('/sys/fs/cgroup', folder, `buildog-${marks.id}`);
    if (existsSync(cgroup)) traces.push(`cgroup ${cgroup}`);
  }
  if (existsSync(join(marks.root, 'run'))) traces.push('its run folder');
  return traces;
}

/** Network sockets on which a process listens (or, with UDP, receives), of the network namespace it is in. */
export function listeningSockets(pid: number): string[] {
  const inodes = new Set<string>();
  for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
    try {
      const target = readlinkSync(`/proc/${pid}/fd/${descriptor}`);
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      if (inode) inodes.add(inode);
    } catch {
      // closed meanwhile
    }
  }
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap(protocol =>
    readFileSync(`/proc/${pid}/net/${protocol}`, 'utf8')
      .split('\n')
      .slice(1)
      .map(line => line.trim().split(/\s+/))
      .filter(
        fields =>
          inodes.has(fields[9]) &&
          (protocol.startsWith('udp') || fields[3] === '0A'),
      )
      .map(fields => `${protocol} ${fields[1]}`),
  );
}

/** True when both processes are in the same network namespace. */
export function sameNetwork(a: number | 'self', b: number | 'self'): boolean {
  const inode = (pid: number | 'self') => statSync(`/proc/${pid}/ns/net`).ino;
  return inode(a) === inode(b);
}
