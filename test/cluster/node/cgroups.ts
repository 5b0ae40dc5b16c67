import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '../system/waitFor.ts';

const mountPoint = '/sys/fs/cgroup';

/** The cgroup below which the kubelet of that cluster puts its pods. */
export const clusterCgroup = (id: string) => `/buildog-${id}`;

/** Makes the cluster's cgroup in every hierarchy: the kubelet wants it to exist. */
export async function createCgroups(id: string): Promise<void> {
  for (const root of hierarchies()) {
    const folder = join(root, clusterCgroup(id));
    await mkdir(folder, { recursive: true });
    if (isVersion2(root)) {
      await delegate(root, folder).catch(cause => {
        throw new Error(
          `cgroup controllers can't be handed on below ${root} (${cause.message}): ` +
            'in a container, processes must not be in the topmost cgroup; ' +
            'use the machine itself, or set KUBECONFIG to a cluster of your own',
          { cause },
        );
      });
    }
    // Version 1 starts a cpuset empty, and nothing can run in an empty one.
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      if (!isVersion2(root) && existsSync(join(root, file))) {
        await writeFile(join(folder, file), readFileSync(join(root, file)));
      }
    }
  }
}

/** Removes the cluster's cgroups. Their processes must have ended. */
export async function destroyCgroups(id: string): Promise<void> {
  for (const root of hierarchies()) {
    const folder = join(root, clusterCgroup(id));
    await waitFor(
      `an empty cgroup ${folder}`,
      () => removeTree(folder).then(() => true),
      { timeout: 20_000 },
    );
  }
}

async function removeTree(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await removeTree(join(folder, entry.name));
  }
  await rmdir(folder);
}

/** One folder with version 2, one for each controller with version 1. */
function hierarchies(): string[] {
  if (isVersion2(mountPoint)) return [mountPoint];
  return readdirSync(mountPoint, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => join(mountPoint, entry.name));
}

function isVersion2(root: string): boolean {
  return existsSync(join(root, 'cgroup.controllers'));
}

async function delegate(root: string, folder: string): Promise<void> {
  const controllers = readFileSync(
    join(root, 'cgroup.controllers'),
    'utf8',
  ).trim();
  if (controllers === '') return;
  const all = controllers
    .split(' ')
    .map(name => `+${name}`)
    .join(' ');
  for (const place of [root, folder])
    await writeFile(join(place, 'cgroup.subtree_control'), all);
}
