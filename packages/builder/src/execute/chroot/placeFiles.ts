import { execFile } from 'node:child_process';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  rename,
  rm,
  rmdir,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { findProgram, systemPath } from '../findProgram';
import { ForwardedSocket } from '../ForwardedSocket';
import type { Held } from '../Held';
import type { PlacedMount } from '../placeMounts';

/**
 * Puts the mounts of a step into a folder that is its root, where nothing can be
 * mounted: copies, which are taken away afterwards; a cache is copied back. What
 * stood in their place waits beside the root.
 *
 * @param aside - a folder on the same filesystem
 */
export async function placeFiles(
  root: string,
  aside: string,
  mounts: readonly PlacedMount[],
  held: Held,
): Promise<void> {
  for (const [index, { mount, path: name }] of mounts.entries()) {
    const target = path.join(root, name);
    await makeParents(root, path.dirname(name), held);
    if (await lstat(target).catch(() => undefined)) {
      const waiting = path.join(aside, `${index}`);
      await rename(target, waiting);
      held.add(async () => {
        if (await isUnmoved(root, name)) await rename(waiting, target);
      });
    }
    held.add(async () => {
      if (!(await isUnmoved(root, name))) return;
      await rm(target, { recursive: true, force: true });
    });
    switch (mount.type) {
      case 'file':
        await writeFile(target, mount.content, { mode: 0o600, flag: 'wx' });
        await chown(target, mount.uid, mount.gid);
        await chmod(target, mount.mode);
        break;
      case 'tmpfs':
        await mkdir(target);
        await chmod(target, 0o1777);
        break;
      case 'socket': {
        const socket = await ForwardedSocket.listen(
          target,
          mount.source,
          mount,
        );
        held.add(() => socket.close());
        break;
      }
      default:
        await copy(mount.source, target);
        if (mount.access === 'readWrite') {
          held.add(() => copyBack(root, name, mount.source));
        }
    }
  }
}

/** Makes missing folders, and takes those away afterwards that are empty again. */
async function makeParents(
  root: string,
  name: string,
  held: Held,
): Promise<void> {
  const target = path.join(root, name);
  const first = await mkdir(target, { recursive: true, mode: 0o755 });
  if (first === undefined) return;
  held.add(async () => {
    if (!(await isUnmoved(root, path.join(name, 'x')))) return;
    for (let here = target; here.length >= first.length; ) {
      const emptied = await rmdir(here).then(
        () => true,
        () => false,
      );
      if (!emptied) return;
      here = path.dirname(here);
    }
  });
}

/**
 * True when the way to a path is still one of folders: a step may have put a
 * symlink in it, which leads out of its root for us.
 */
async function isUnmoved(root: string, name: string): Promise<boolean> {
  const parts = path.dirname(name).split('/');
  for (let i = 1; i <= parts.length; i += 1) {
    const here = path.join(root, ...parts.slice(0, i));
    const found = await lstat(here).catch(() => undefined);
    if (!found?.isDirectory()) return false;
  }
  return true;
}

async function copy(source: string, target: string): Promise<void> {
  const program = findProgram('cp') ?? 'cp';
  await promisify(execFile)(program, ['-a', '--', source, target], {
    env: { PATH: systemPath, LC_ALL: 'C' },
  });
}

/** Replaces a cache by what the step left; for another step that reads it meanwhile by renames. */
async function copyBack(
  root: string,
  name: string,
  cache: string,
): Promise<void> {
  const from = path.join(root, name);
  const left = await lstat(from).catch(() => undefined);
  if (!left?.isDirectory() || !(await isUnmoved(root, name))) return;
  const fresh = `${cache}.new-${process.pid}`;
  const old = `${cache}.old-${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  await copy(from, fresh);
  await rename(cache, old);
  await rename(fresh, cache);
  await rm(old, { recursive: true, force: true });
}
