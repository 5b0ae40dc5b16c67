import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package that lies in a `node_modules` folder. */
export interface InstalledPackage {
  /** Relative to the folder that holds the outermost `node_modules`. */
  path: string;
  name: string;
  version: string;
}

interface Manifest {
  name: string;
  version: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/**
 * Finds the packages that the given ones need at run time, as they are
 * installed: by Node's own rule, upwards through the `node_modules` folders.
 * Optional ones (other platforms' programs) that are not installed are left
 * out. Sorted by path.
 *
 * @throws Error naming a package that should be installed and isn't
 */
export function packageClosure(
  root: string,
  names: readonly string[],
): InstalledPackage[] {
  const found = new Map<string, InstalledPackage>();
  const visit = (name: string, from: string, optional: boolean) => {
    const path = locate(root, from, name);
    if (path === undefined) {
      if (optional) return;
      throw new Error(`${name} is not installed: run yarn install`);
    }
    if (found.has(path)) return;
    const manifest = readManifest(join(root, path));
    found.set(path, { path, name, version: manifest.version });
    const { dependencies = {}, optionalDependencies = {} } = manifest;
    for (const needed of Object.keys({
      ...dependencies,
      ...optionalDependencies,
    })) {
      visit(needed, path, needed in optionalDependencies);
    }
  };
  for (const name of names) visit(name, '', false);
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Names of the packages that the workspace's own package needs at run time. */
export function dependenciesOf(root: string, folder: string): string[] {
  const { dependencies = {} } = readManifest(join(root, folder));
  return Object.entries(dependencies)
    .filter(([, range]) => !range.startsWith('workspace:'))
    .map(([name]) => name);
}

function locate(root: string, from: string, name: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    if (!at.endsWith('node_modules')) {
      const path = join(at, 'node_modules', name);
      if (existsSync(join(root, path, 'package.json'))) return path;
    }
    if (at === '') return undefined;
  }
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
