import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureDebianPackages } from '../../cluster/programs/debianPackages.ts';
import { run } from '../../cluster/system/run.ts';
import { removeWithMounts } from '../oracle/removeMounts.ts';
import type { CorpusBuilder, PreparedCase } from './CorpusBuilder.ts';

/** Debian's buildah as root, with a storage of its own. */
export class Buildah implements CorpusBuilder {
  readonly name = 'buildah';
  readonly #folder: string;
  readonly #began = Math.floor(Date.now() / 1000);

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Prepares a storage in `folder`; installs buildah where it is missing. */
  static async start(folder: string): Promise<Buildah> {
    await ensureDebianPackages(['buildah'], 'another witness for the corpus');
    await mkdir(folder, { recursive: true });
    return new Buildah(folder);
  }

  /** {@inheritDoc CorpusBuilder.build} */
  async build(prepared: PreparedCase, layout: string): Promise<void> {
    const { name, context, dockerfile, args, target } = prepared;
    const { platforms, secrets } = prepared;
    const several = platforms !== undefined && platforms.length > 1;
    const storage = [
      ...['--root', join(this.#folder, 'root')],
      ...['--runroot', join(this.#folder, 'run')],
      ...['--storage-driver', 'overlay'],
    ];
    await run(
      'buildah',
      [
        ...[...storage, 'build', '--isolation', 'chroot'],
        ...['--tls-verify=false', '--format', 'oci', '--layers'],
        ...['--file', join(context, dockerfile)],
        ...Object.entries(args).flatMap(([key, value]) => [
          ...['--build-arg', `${key}=${value}`],
        ]),
        ...(target === undefined ? [] : ['--target', target]),
        ...(platforms ? ['--platform', platforms.join(',')] : []),
        ...Object.entries(secrets).flatMap(([id, file]) => [
          ...['--secret', `id=${id},src=${file}`],
        ]),
        ...[several ? '--manifest' : '--tag', name, context],
      ],
      { timeout: 300_000 },
    );
    await run('buildah', [
      ...[...storage, ...(several ? ['manifest', 'push', '--all'] : ['push'])],
      ...[name, `oci:${layout}:result`],
    ]);
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
