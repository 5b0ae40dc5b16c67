import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  buildPrograms,
  programPath,
} from '../../cluster/programs/buildPrograms.ts';
import { run, succeeds } from '../../cluster/system/run.ts';
import { Daemon } from '../oracle/Daemon.ts';
import { removeWithMounts } from '../oracle/removeMounts.ts';
import type { CorpusBuilder, PreparedCase } from './CorpusBuilder.ts';
import { withoutSyntax } from './withoutSyntax.ts';

/** How a {@link BuildKit} is started. */
export interface BuildKitOptions {
  /** A folder of its own; its path must be short, for the sockets in it. */
  folder: string;
  /** The plain http registry that bases come from. */
  registry: string;
  /** Takes no step from an earlier build. */
  noCache?: boolean;
}

/**
 * BuildKit as root with its OCI worker: the oracle that our own builder is held
 * against. Its Dockerfile frontend is the built-in one, so that nothing is pulled.
 */
export class BuildKit implements CorpusBuilder {
  readonly name = 'BuildKit';
  readonly #options: BuildKitOptions;
  readonly #daemon: Daemon;
  readonly #began = Math.floor(Date.now() / 1000);

  private constructor(options: BuildKitOptions, daemon: Daemon) {
    this.#options = options;
    this.#daemon = daemon;
  }

  /** Starts a daemon with an empty cache. */
  static async start(options: BuildKitOptions): Promise<BuildKit> {
    await buildPrograms(['buildkitd', 'runc']);
    const { folder, registry } = options;
    await mkdir(folder, { recursive: true });
    const config = join(folder, 'buildkitd.toml');
    await writeFile(
      config,
      [`[registry."${registry}"]`, 'http = true', ''].join('\n'),
    );
    const daemon = await Daemon.start({
      program: programPath('buildkitd'),
      args: [
        ...['--config', config, '--root', join(folder, 'root')],
        ...['--addr', address(folder)],
        ...['--containerd-worker=false', '--oci-worker=true'],
        ...['--oci-worker-binary', programPath('runc')],
        ...['--oci-worker-snapshotter=overlayfs', '--oci-worker-net=host'],
      ],
      env: { OTEL_TRACES_EXPORTER: 'none' },
      log: join(folder, 'buildkitd.log'),
      ready: () =>
        succeeds(programPath('buildctl'), [
          ...['--addr', address(folder), 'debug', 'workers'],
        ]),
    });
    return new BuildKit(options, daemon);
  }

  /** {@inheritDoc CorpusBuilder.build} */
  async build(prepared: PreparedCase, layout: string): Promise<void> {
    const { context, args, target, platforms, secrets } = prepared;
    const dockerfile = await withoutSyntax(prepared);
    const option = (key: string, value: string) => ['--opt', `${key}=${value}`];
    await mkdir(layout, { recursive: true });
    await run(
      programPath('buildctl'),
      [
        ...['--addr', address(this.#options.folder), 'build'],
        ...['--progress', 'plain', '--frontend', 'dockerfile.v0'],
        ...['--local', `context=${context}`],
        ...['--local', `dockerfile=${dirname(dockerfile)}`],
        ...option('filename', basename(dockerfile)),
        ...Object.entries(args).flatMap(([key, value]) =>
          option(`build-arg:${key}`, value),
        ),
        ...(target === undefined ? [] : option('target', target)),
        ...(platforms ? option('platform', platforms.join(',')) : []),
        ...Object.entries(secrets).flatMap(([id, file]) => [
          ...['--secret', `id=${id},src=${file}`],
        ]),
        ...(this.#options.noCache ? ['--no-cache'] : []),
        ...['--output', `type=oci,dest=${layout},tar=false`],
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
    await this.#daemon.stop();
    await removeWithMounts(this.#options.folder);
  }

  /** The daemon's process id. */
  get pid(): number | undefined {
    return this.#daemon.pid;
  }
}

const address = (folder: string) => `unix://${join(folder, 'sock')}`;
