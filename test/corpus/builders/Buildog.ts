import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { run } from '../../cluster/system/run.ts';
import { removeWithMounts } from '../oracle/removeMounts.ts';
import type { CorpusBuilder, PreparedCase } from './CorpusBuilder.ts';

const builder = resolve(import.meta.dirname, '../../../packages/builder');

/** Our own builder, as the program that it ships as, one process for each build. */
export class Buildog implements CorpusBuilder {
  readonly name = 'buildog';
  readonly #folder: string;
  readonly #began = Math.floor(Date.now() / 1000);

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Bundles the program from this checkout. Its cache starts empty. */
  static async start(folder: string): Promise<Buildog> {
    await mkdir(folder, { recursive: true });
    await run(process.execPath, [
      ...[join(builder, 'scripts/bundle.mjs'), '--out', folder],
    ]);
    return new Buildog(folder);
  }

  /** {@inheritDoc CorpusBuilder.build} */
  async build(prepared: PreparedCase, layout: string): Promise<void> {
    const { context, dockerfile, args, target, platforms, secrets } = prepared;
    await run(
      process.execPath,
      [
        ...['--no-warnings', join(this.#folder, 'ossb.cjs'), 'build'],
        ...['--file', join(context, dockerfile)],
        ...['--output', `type=oci,dest=${layout}`],
        ...['--cache-dir', join(this.#folder, 'cache'), '--progress', 'plain'],
        ...Object.entries(args).flatMap(([key, value]) => [
          ...['--build-arg', `${key}=${value}`],
        ]),
        ...(target === undefined ? [] : ['--target', target]),
        ...(platforms ? ['--platform', platforms.join(',')] : []),
        ...Object.entries(secrets).flatMap(([id, file]) => [
          ...['--secret', `id=${id},src=${file}`],
        ]),
        context,
      ],
      { timeout: 300_000 },
    );
  }

  /** {@inheritDoc CorpusBuilder.isBuildTime} */
  isBuildTime(mtime: number): boolean {
    return mtime >= this.#began;
  }

  /** {@inheritDoc CorpusBuilder.close} */
  async close(): Promise<void> {
    await removeWithMounts(this.#folder);
  }
}
