import { readFile, writeFile } from 'node:fs/promises';
import type { BuildOptions } from '../build/BuildOptions';
import type { BuildResult } from '../build/BuildResult';
import { toBuilderError } from '../errors/toBuilderError';
import type { BuildFlags } from './buildCommand';
import { buildOptions } from './buildOptions';
import { exitCodes } from './exitCodes';
import { createProgress } from './progress/createProgress';
import { JsonProgress } from './progress/JsonProgress';
import { withCancel } from './runCommand';

/** Runs `ossb build`. */
export async function runBuild(
  context: string | undefined,
  flags: BuildFlags,
): Promise<void> {
  const options = await buildOptions(context, flags, {
    env: process.env,
    readFile: path => readFile(path === '-' ? '/dev/stdin' : path, 'utf8'),
  });
  await perform(options, flags);
}

/** Flags that decide how a build is shown. */
export interface ShowFlags {
  readonly progress?: string;
  readonly quiet?: boolean;
  readonly iidfile?: string;
  readonly metadataFile?: string;
  /** Files that get the digest of the image or index. */
  readonly digestFiles?: readonly string[];
}

/** Builds, shows how it goes, and writes what came out. */
export async function perform(
  options: BuildOptions,
  flags: ShowFlags,
): Promise<void> {
  const progress = createProgress(flags, process.stderr, process.stdout);
  try {
    const { build } = await import('../build');
    const result = await withCancel(signal =>
      build(options, { listener: event => progress.listen(event) }, signal),
    );
    progress.end();
    await report(result, flags);
    if (progress instanceof JsonProgress) progress.succeeded(result);
    else process.stdout.write(`${result.digest}\n`);
  } catch (cause) {
    progress.end();
    const error = toBuilderError(cause);
    if (!(progress instanceof JsonProgress)) throw error;
    progress.failed(error, exitCodes[error.kind]);
    process.exitCode = exitCodes[error.kind];
  }
}

async function report(result: BuildResult, flags: ShowFlags): Promise<void> {
  const { iidfile, metadataFile, digestFiles = [] } = flags;
  if (iidfile) {
    // The image id is the digest of its configuration; an index has none.
    const [only] = result.images;
    const id = result.images.length === 1 ? only.configDigest : result.digest;
    await writeFile(iidfile, id);
  }
  for (const file of digestFiles) await writeFile(file, result.digest);
  if (metadataFile) {
    await writeFile(metadataFile, `${JSON.stringify(result, undefined, 2)}\n`);
  }
}
