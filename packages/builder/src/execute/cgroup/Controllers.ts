import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The controllers a step is limited by. */
export type ControllerName = 'memory' | 'pids' | 'cpu';

/** Where control groups can be made for one controller. */
export interface Controller {
  readonly version: 1 | 2;
  /** Folder of the group this process is in. */
  readonly folder: string;
}

/** What the machine offers; a missing controller has no entry. */
export type Controllers = Partial<Record<ControllerName, Controller>>;

const names: readonly ControllerName[] = ['memory', 'pids', 'cpu'];

/**
 * Finds the control group folders of this process, for both versions of the
 * kernel's interface, from `/proc/self/mountinfo` and `/proc/self/cgroup`. Says
 * nothing about whether groups may be made there.
 */
export function findControllers(): Controllers {
  try {
    return parseControllers(
      readFileSync('/proc/self/mountinfo', 'utf8'),
      readFileSync('/proc/self/cgroup', 'utf8'),
      folder => {
        try {
          return readFileSync(path.join(folder, 'cgroup.controllers'), 'utf8');
        } catch {
          return '';
        }
      },
    );
  } catch {
    return {};
  }
}

/** See {@link findControllers}. Pure but for `available`, which reads `cgroup.controllers` of a folder. */
export function parseControllers(
  mountinfo: string,
  membership: string,
  available: (folder: string) => string,
): Controllers {
  const groups = membership
    .trim()
    .split('\n')
    .map(line => {
      const [id, list, ...rest] = line.split(':');
      return { id, list: (list ?? '').split(','), group: rest.join(':') };
    });
  const found: Controllers = {};
  for (const line of mountinfo.trim().split('\n')) {
    const [before, after] = line.split(' - ');
    if (!after) continue;
    const [, , , root, mountPoint] = before.split(' ');
    const [type, , superOptions] = after.split(' ');
    const folderOf = (group: string) =>
      path.join(mountPoint, path.relative(root, group));
    for (const name of names) {
      if (found[name]) continue;
      if (type === 'cgroup' && superOptions.split(',').includes(name)) {
        const own = groups.find(({ list }) => list.includes(name));
        if (own) found[name] = { version: 1, folder: folderOf(own.group) };
      }
      if (type === 'cgroup2') {
        const own = groups.find(({ id }) => id === '0');
        if (!own) continue;
        const folder = folderOf(own.group);
        if (available(folder).split(/\s+/).includes(name)) {
          found[name] = { version: 2, folder };
        }
      }
    }
  }
  return found;
}
