import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lchownSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** One thing that a program does to a filesystem. */
export type FileAction =
  | { readonly do: 'write'; readonly path: string; readonly content: string }
  | { readonly do: 'directory'; readonly path: string }
  | { readonly do: 'symlink'; readonly path: string; readonly link: string }
  | { readonly do: 'link'; readonly path: string; readonly link: string }
  | { readonly do: 'fifo'; readonly path: string }
  | { readonly do: 'device'; readonly path: string }
  | { readonly do: 'remove'; readonly path: string }
  | { readonly do: 'anew'; readonly path: string }
  | { readonly do: 'chmod'; readonly path: string; readonly mode: number }
  | { readonly do: 'chown'; readonly path: string; readonly owner: number }
  | { readonly do: 'touch'; readonly path: string; readonly time: number }
  | {
      readonly do: 'attribute';
      readonly path: string;
      readonly content: string;
    };

/** Does what can be done. */
export function changeFiles(
  directory: string,
  actions: readonly FileAction[],
): void {
  for (const action of actions) {
    const target = `${directory}/${action.path}`;
    // A parent may be a link: what is written must stay in the directory.
    if (!isRealDirectory(directory, dirname(action.path))) continue;
    try {
      act(directory, target, action);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const expected = [
        'EEXIST',
        'ENOENT',
        'EISDIR',
        'ENOTDIR',
        'EPERM',
        'ENXIO',
        'ELOOP',
      ];
      if (!expected.includes(code ?? '')) throw error;
    }
  }
}

function act(directory: string, target: string, action: FileAction): void {
  const found = lstatSync(target, { throwIfNoEntry: false });
  switch (action.do) {
    case 'write':
      if (!found || found.isFile()) writeFileSync(target, action.content);
      return;
    case 'directory':
      mkdirSync(target);
      return;
    case 'symlink':
      symlinkSync(action.link, target);
      return;
    case 'link':
      if (isRealDirectory(directory, dirname(action.link))) {
        const other = `${directory}/${action.link}`;
        if (lstatSync(other).isFile()) linkSync(other, target);
      }
      return;
    case 'fifo':
      if (!found) spawnSync('mkfifo', [target]);
      return;
    case 'device':
      if (!found) spawnSync('mknod', [target, 'c', '1', '3']);
      return;
    case 'remove':
      rmSync(target, { recursive: true, force: true });
      return;
    case 'anew':
      if (!found?.isDirectory()) return;
      rmSync(target, { recursive: true });
      mkdirSync(target);
      writeFileSync(`${target}/new`, '');
      return;
    case 'chmod':
      if (found && !found.isSymbolicLink()) chmodSync(target, action.mode);
      return;
    case 'chown':
      lchownSync(target, action.owner, action.owner);
      return;
    case 'touch':
      lutimesSync(target, action.time, action.time);
      return;
    default:
      if (found?.isFile() || found?.isDirectory()) {
        spawnSync('setfattr', [
          '-n',
          'user.note',
          '-v',
          action.content,
          target,
        ]);
      }
  }
}

function isRealDirectory(directory: string, path: string): boolean {
  let place = directory;
  for (const part of path === '.' ? [] : path.split('/')) {
    place += `/${part}`;
    if (!lstatSync(place, { throwIfNoEntry: false })?.isDirectory())
      return false;
  }
  return true;
}
