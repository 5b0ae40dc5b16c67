import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../paths.ts';
import { withFileLock } from '../system/fileLock.ts';
import { progress, timed } from '../system/progress.ts';
import { run } from '../system/run.ts';
import { ensureGoToolchain } from './goToolchain.ts';
import { type GoModule, goModules } from './goPrograms.ts';

const goFolder = join(import.meta.dirname, '..', 'go');

/** The file of a built program. */
export function programPath(name: string): string {
  return join(moduleFolder(findModule(name)), name);
}

/** All program names, in the order they are built. */
export function programNames(): string[] {
  return goModules.flatMap(module => Object.keys(module.programs));
}

/** What {@link buildPrograms} builds: what `up` needs, what the tests need as well, or the named programs. */
export type ProgramChoice = 'up' | 'tests' | readonly string[];

/**
 * Builds the programs that are not in the cache yet. Two processes that call
 * this at once build each program once: the second waits for the first.
 *
 * @throws Error when there is no program of that name.
 */
export async function buildPrograms(choice: ProgramChoice): Promise<void> {
  for (const module of choose(choice)) {
    if (isBuilt(module)) continue;
    const name = `${module.module} ${module.version}`;
    await withFileLock(
      join(cacheFolder(), 'locks', `build-${module.module}.lock`),
      async () => {
        if (isBuilt(module)) return;
        await timed(`compiling ${name}`, () => build(module));
      },
      () => progress(`waiting for another process that compiles ${name}`),
    );
  }
}

function choose(choice: ProgramChoice): GoModule[] {
  if (choice === 'up')
    return goModules.filter(({ neededBy }) => neededBy === 'up');
  if (choice === 'tests') {
    return goModules.filter(({ neededBy }) => neededBy !== 'request');
  }
  return choice.map(findModule);
}

function findModule(program: string): GoModule {
  const found = goModules.find(({ programs }) => program in programs);
  if (!found) {
    throw new Error(
      `no program "${program}": there are ${programNames().join(', ')}`,
    );
  }
  return found;
}

function moduleFolder(module: GoModule): string {
  return join(cacheFolder(), 'bin', `${module.module}-${module.version}`);
}

function isBuilt(module: GoModule): boolean {
  return Object.keys(module.programs).every(name =>
    existsSync(join(moduleFolder(module), name)),
  );
}

/** Builds into a folder of its own that is renamed at the end, so that no half-written program is ever run. */
async function build(module: GoModule): Promise<void> {
  const go = await ensureGoToolchain();
  const folder = moduleFolder(module);
  await mkdir(join(folder, '..'), { recursive: true });
  const temporary = await mkdtemp(`${folder}.new-`);
  const flags = [
    ...['build', '-mod=readonly', '-trimpath', '-buildvcs=false'],
    ...(module.tags ? ['-tags', module.tags.join(',')] : []),
    ...['-ldflags', ['-s -w', ...(module.ldflags ?? [])].join(' ')],
  ];
  const env = {
    CGO_ENABLED: module.cgo ? '1' : '0',
    GOTOOLCHAIN: 'local',
    GOFLAGS: '',
    GOWORK: 'off',
  };
  const cwd = join(goFolder, module.module);
  const names = Object.entries(module.programs);
  if (names.every(([name, source]) => source.endsWith(`/${name}`))) {
    // One call for all of them: what they share is compiled once and in parallel.
    await run(
      go,
      [...flags, '-o', `${temporary}/`, ...names.map(([, source]) => source)],
      { cwd, env },
    );
  } else {
    for (const [name, source] of names) {
      await run(go, [...flags, '-o', join(temporary, name), source], {
        cwd,
        env,
      });
    }
  }
  await rm(folder, { recursive: true, force: true });
  await rename(temporary, folder);
}
