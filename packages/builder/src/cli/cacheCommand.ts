import type { Command } from 'commander';
import { BuilderError } from '../errors/BuilderError';

interface InfoFlags {
  readonly cacheDir?: string;
  readonly json?: boolean;
}

interface PruneFlags extends InfoFlags {
  readonly maxAge?: string;
  readonly maxSize?: string;
  readonly all?: boolean;
}

/** Adds `cache info` and `cache prune`. */
export function addCacheCommand(program: Command): void {
  const cache = program
    .command('cache')
    .description('Look at the cache, or make room in it.');
  cache
    .command('info')
    .description('What is in the cache.')
    .option('--cache-dir <folder>', 'where the cache is')
    .option('--json', 'as JSON')
    .action(async (flags: InfoFlags) => showInfo(flags));
  cache
    .command('prune')
    .description(
      'Remove what was not used for long; never what a running build uses.',
    )
    .option('--cache-dir <folder>', 'where the cache is')
    .option('--max-age <time>', 'what was not used for longer goes: 7d, 12h')
    .option(
      '--max-size <size>',
      'the least recently used goes until so much is left: 10Gi',
    )
    .option('--all', 'everything goes')
    .option('--json', 'as JSON')
    .action(async (flags: PruneFlags) => prune(flags));
}

async function foldersOf({ cacheDir }: InfoFlags) {
  const [{ CacheFolders }, { defaultCacheDir }, { resolve }] =
    await Promise.all([
      import('../cache/CacheFolders'),
      import('../build/defaultCacheDir'),
      import('node:path'),
    ]);
  return new CacheFolders(cacheDir ? resolve(cacheDir) : defaultCacheDir());
}

async function showInfo(flags: InfoFlags): Promise<void> {
  const { cacheInfo } = await import('../cache/cacheInfo');
  const { formatBytes } = await import('./progress/Progress');
  const info = await cacheInfo(await foldersOf(flags));
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(info, undefined, 2)}\n`);
    return;
  }
  const lines = [`${info.folder}: ${formatBytes(info.bytes)}`];
  for (const [kind, { items, bytes }] of Object.entries(info.kinds)) {
    lines.push(
      `${kind.padEnd(12)}${String(items).padStart(8)}${formatBytes(
        bytes,
      ).padStart(12)}`,
    );
  }
  if (info.oldestUse) lines.push(`least recently used: ${info.oldestUse}`);
  if (info.runningSince) {
    lines.push(`a build runs since ${info.runningSince}`);
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function prune(flags: PruneFlags): Promise<void> {
  const { maxAge, maxSize, all } = flags;
  if (!maxAge && !maxSize && !all) {
    throw new BuilderError(
      'validation',
      'say what is to go: --max-age, --max-size or --all',
    );
  }
  const { parseDuration, parseSize } = await import('./parse/parseSize');
  const { pruneCache } = await import('../cache/pruneCache');
  const { formatBytes } = await import('./progress/Progress');
  const pruned = await pruneCache(await foldersOf(flags), {
    all,
    ...(maxAge && { maxAge: parseDuration('--max-age', maxAge) }),
    ...(maxSize && { maxSize: parseSize('--max-size', maxSize) }),
  });
  process.stdout.write(
    flags.json
      ? `${JSON.stringify(pruned)}\n`
      : `${pruned.items} pieces removed, ${formatBytes(
          pruned.bytes,
        )}; ${formatBytes(pruned.left)} left\n`,
  );
}
