import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../cluster/paths.ts';
import { run } from '../../cluster/system/run.ts';
import { removeWithMounts } from '../oracle/removeMounts.ts';
import type { CorpusBuilder, PreparedCase } from './CorpusBuilder.ts';

/** Where a kaniko executor lies, when there is one: `kaniko/executor` in the cache folder. */
export const kanikoExecutor = join(cacheFolder(), 'kaniko', 'executor');

/**
 * kaniko as root in a root folder of its own, one for each build: it builds in
 * the very folder that it finds itself in.
 */
export class Kaniko implements CorpusBuilder {
  readonly name = 'kaniko';
  readonly #folder: string;
  readonly #registry: string;
  readonly #began = Math.floor(Date.now() / 1000);

  private constructor(folder: string, registry: string) {
    this.#folder = folder;
    this.#registry = registry;
  }

  /** Prepares builds below `folder`; `undefined` when this machine has no executor. */
  static async start(
    folder: string,
    registry: string,
  ): Promise<Kaniko | undefined> {
    if (!existsSync(kanikoExecutor)) return undefined;
    await mkdir(folder, { recursive: true });
    return new Kaniko(folder, registry);
  }

  /** {@inheritDoc CorpusBuilder.build} */
  async build(prepared: PreparedCase, layout: string): Promise<void> {
    const { name, context, dockerfile, args, target, platforms } = prepared;
    const root = join(this.#folder, name);
    const kaniko = join(root, 'kaniko');
    for (const name of ['proc', 'dev'])
      await mkdir(join(root, name), { recursive: true });
    await mkdir(join(root, 'tmp'), { mode: 0o1777 });
    await mkdir(kaniko);
    await cp(kanikoExecutor, join(kaniko, 'executor'));
    await run('cp', ['-a', context, join(kaniko, 'context')]);
    const executor = [
      ...['/kaniko/executor', '--force', '--context=dir:///kaniko/context'],
      ...[`--dockerfile=/kaniko/context/${dockerfile}`, '--no-push'],
      ...['--oci-layout-path=/kaniko/out', '--log-format=text'],
      ...[`--insecure-registry=${this.#registry}`],
      ...Object.entries(args).map(
        ([key, value]) => `--build-arg=${key}=${value}`,
      ),
      ...(target === undefined ? [] : [`--target=${target}`]),
      ...(platforms ? [`--custom-platform=${platforms[0]}`] : []),
    ];
    // The shell only mounts what a container has, in namespaces that end with the build.
    const enter =
      'mount -t proc proc "$1/proc"; mount --bind /dev "$1/dev"; shift; exec chroot "$@"';
    try {
      await run(
        'timeout',
        [
          // unshare waits for its child whatever other signal it gets, and a
          // kaniko that opened a FIFO waits for ever.
          ...['--signal=KILL', '60', 'unshare'],
          ...['--mount', '--pid', '--fork', '--kill-child', 'sh', '-ec', enter],
          ...['sh', root, root, ...executor],
        ],
        { env: { HOME: '/root', USER: 'root' }, cwd: '/' },
      );
      await rename(join(kaniko, 'out'), layout);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
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
