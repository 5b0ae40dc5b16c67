import {
  existsSync,
  lstatSync,
  readdirSync,
  readlinkSync,
  realpathSync,
} from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { StepMount } from '../state/AttemptSpec';

/** What steps see of the machine: its programs, and settings without a secret. */
export interface MachinePaths {
  mounts: StepMount[];
  links: Record<string, string>;
}

const SYSTEM = [
  ...['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'],
  ...['/nix/store', '/gnu/store'],
];

const SETTINGS = [
  ...['alternatives', 'ca-certificates', 'crypto-policies', 'group'],
  ...['host.conf', 'hosts', 'ld.so.cache', 'ld.so.conf', 'ld.so.conf.d'],
  ...['localtime', 'mime.types', 'nsswitch.conf', 'passwd', 'pki', 'protocols'],
  ...['resolv.conf', 'services', 'ssl', 'subgid', 'subuid'],
];

const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty', 'net/tun'];

/** The system's folders, settings and harmless devices. */
export function systemPaths(): MachinePaths {
  const mounts: StepMount[] = [];
  const links: Record<string, string> = {};
  for (const path of SYSTEM.filter(existsSync)) {
    // Where `/bin` is a link to `usr/bin`, so it is inside.
    if (lstatSync(path).isSymbolicLink()) links[path] = readlinkSync(path);
    else mounts.push(readOnly(path));
  }
  for (const name of SETTINGS) {
    const path = join('/etc', name);
    if (existsSync(path)) {
      mounts.push({ ...readOnly(realpathSync(path)), target: path });
    }
  }
  return { mounts, links };
}

/** Devices that every program may expect. */
export function devicePaths(): StepMount[] {
  return DEVICES.map(name => join('/dev', name))
    .filter(existsSync)
    .map(path => ({ source: path, target: path, readOnly: false }));
}

/**
 * Node, and the packages that `from` can load: the outermost `node_modules`
 * above it, and what of a workspace that one links to.
 */
export function nodePaths(from: string): StepMount[] {
  const folders: string[] = [dirname(dirname(realpathSync(process.execPath)))];
  let modules: string | undefined;
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules');
    if (existsSync(candidate)) modules = candidate;
    if (folder === dirname(folder)) break;
  }
  if (modules !== undefined) {
    folders.push(realpathSync(modules));
    const scope = join(modules, '@buildog');
    const linked = existsSync(scope) ? readdirSync(scope) : [];
    folders.push(...linked.map(name => realpathSync(join(scope, name))));
  }
  return withoutNested(folders).map(readOnly);
}

/** Leaves out what lies below another one, or below the system's folders. */
function withoutNested(folders: readonly string[]): string[] {
  const all = [...new Set(folders)];
  const isBelow = (path: string, folder: string) =>
    path.startsWith(`${folder}${sep}`);
  return all.filter(
    path =>
      ![...all, ...SYSTEM].some(other => isBelow(path, other)) &&
      !SYSTEM.includes(path),
  );
}

function readOnly(path: string): StepMount {
  return { source: path, target: path, readOnly: true };
}
