import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { Controller, Controllers, ControllerName } from './Controllers';

/**
 * Those controllers in which this process may make groups. In version 2 a group
 * with processes has no limited children, so the processes of our own group move
 * into a leaf of it first; that works where the group was delegated to us
 * (`systemd-run --scope -p Delegate=yes`, containers with their own hierarchy).
 */
export function usableControllers(found: Controllers): Controllers {
  return filter(found, (name, { version, folder }) => {
    accessSync(folder, constants.W_OK);
    if (version === 2) enable(folder, name);
  });
}

/** The same as far as it can be told without a change. */
export function writableControllers(found: Controllers): Controllers {
  return filter(found, (_name, { folder }) =>
    accessSync(folder, constants.W_OK),
  );
}

function filter(
  found: Controllers,
  tryIt: (name: ControllerName, controller: Controller) => void,
): Controllers {
  const usable: Controllers = {};
  for (const [name, controller] of Object.entries(found)) {
    if (succeeds(() => tryIt(name as ControllerName, controller))) {
      usable[name as ControllerName] = controller;
    }
  }
  return usable;
}

function succeeds(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}

function enable(folder: string, name: ControllerName): void {
  const file = path.join(folder, 'cgroup.subtree_control');
  if (readFileSync(file, 'utf8').split(/\s+/).includes(name)) return;
  const isTop = !existsSync(path.join(folder, 'cgroup.type'));
  if (!isTop) {
    const leaf = path.join(folder, 'buildog');
    mkdirSync(leaf, { recursive: true });
    const processes = readFileSync(path.join(folder, 'cgroup.procs'), 'utf8');
    for (const pid of processes.split('\n').filter(line => line !== '')) {
      writeFileSync(path.join(leaf, 'cgroup.procs'), pid);
    }
  }
  writeFileSync(file, `+${name}`);
}
