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
  readonly #program: string;
  readonly #registry: string;
  readonly #began = Math.floor(Date.now() / 1000);

  private constructor(folder: string, program: string, registry: string) {
    this.#program = program;
    this.#folder = folder;
    this.#registry = registry;
  }

  /** Bundles the program from this checkout. Its cache starts empty. */
  static async start(folder: string, registry: string): Promise<Buildog> {
    await mkdir(folder, { recursive: true });
    const said = await run(process.execPath, [
      ...[join(builder, 'scripts/bundle.mjs'), '--out', folder],
    ]);
    const program = /^(.+) written$/m.exec(said)?.[1];
    if (!program) throw new Error(`bundle.mjs says ${said}`);
    return new Buildog(folder, program, registry);
  }

  /** {@inheritDoc CorpusBuilder.build} */
  async build(prepared: PreparedCase, layout: string): Promise<void> {
    const { context, dockerfile, args, target, platforms, secrets } = prepared;
    await run(
      process.execPath,
      [
        ...['--no-warnings', this.#program, 'build'],
        ...['--file', join(context, dockerfile)],
        ...['--output', `type=oci,dest=${layout}`],
        ...['--insecure-registry', this.#registry],
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
