import { randomBytes } from 'node:crypto';
import { mkdir, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Platform } from '@buildog/oci';
import { CacheMounts } from '../cache/CacheMounts';
import { CacheFolders } from '../cache/CacheFolders';
import { LayerRecords, type RecordSource } from '../cache/LayerRecords';
import { pruneCache } from '../cache/pruneCache';
import { RunningBuild } from '../cache/RunningBuild';
import type { LayerChain } from '../layers/Layer';
import { DiskLayerStore } from '../layers/store/DiskLayerStore';
import type { SolveListener } from '../solve/SolveEvent';
import { BlobFolder } from '../sources/BlobFolder';
import { fetchLayer } from '../sources/fetchLayer';
import { GitTrees } from '../sources/GitTrees';
import { HttpFiles } from '../sources/HttpFiles';
import { ImageFinder } from '../sources/ImageFinder';
import { LayoutImages } from '../sources/LayoutImages';
import type { Registries } from '../sources/Registries';
import { RegistryImages } from '../sources/RegistryImages';

/** What a {@link Workshop} is opened with. */
export interface WorkshopOptions {
  readonly cacheDir: string;
  readonly registries: Registries;
  readonly recordSources: readonly RecordSource[];
  readonly listener: SolveListener;
  /** Seconds since 1970. */
  readonly now: number;
  readonly gitToken: () => Promise<string | undefined>;
  readonly signal: AbortSignal;
}

/** The cache, and what brings things into it, for one build. */
export class Workshop {
  private constructor(
    readonly folders: CacheFolders,
    readonly scratch: string,
    readonly layers: DiskLayerStore,
    readonly records: LayerRecords,
    readonly images: ImageFinder,
    readonly http: HttpFiles,
    readonly git: GitTrees,
    readonly cacheMounts: CacheMounts,
    private readonly running: RunningBuild,
  ) {}

  /** Opens the cache folder, and makes it where it is missing. */
  static async open(options: WorkshopOptions): Promise<Workshop> {
    const { signal } = options;
    const folders = new CacheFolders(options.cacheDir);
    const running = await RunningBuild.register(folders, signal);
    try {
      return await Workshop.fill(options, folders, running);
    } catch (error) {
      await running.end();
      throw error;
    }
  }

  private static async fill(
    { registries, listener, signal, now, ...options }: WorkshopOptions,
    folders: CacheFolders,
    running: RunningBuild,
  ): Promise<Workshop> {
    const scratch = join(folders.scratch, randomBytes(8).toString('hex'));
    await mkdir(scratch, { recursive: true, mode: 0o700 });
    const layers = await DiskLayerStore.open(folders.layers, {
      fetch: layer => fetchLayer(registries, layer, listener, signal),
      warn: message => listener({ type: 'warning', message }),
    });
    const records = new LayerRecords(
      folders.records,
      layers,
      options.recordSources,
    );
    const images = new ImageFinder(
      new RegistryImages(registries, new BlobFolder(folders.manifests)),
      new LayoutImages(layers),
    );
    return new Workshop(
      folders,
      scratch,
      layers,
      records,
      images,
      new HttpFiles(folders.http, now),
      new GitTrees(folders.git, { token: options.gitToken }),
      new CacheMounts(folders.mounts),
      running,
    );
  }

  /**
   * Layers of a base image. Those that are here are marked as used: no record
   * leads to them, and what was not used for long is pruned.
   */
  async imageChain(
    reference: string,
    platform: Platform,
    signal: AbortSignal,
  ): Promise<LayerChain> {
    const chain = await this.images.chain(reference, platform, signal);
    const now = new Date();
    for (const { blob } of chain) {
      const path = join(
        this.folders.layers,
        'blobs',
        ...blob.digest.split(':'),
      );
      // What is not here is fetched when somebody needs its files.
      await utimes(path, now, now).catch(() => undefined);
    }
    return chain;
  }

  /** Throws away what no running build may need: the disk is full. */
  async freeSpace(): Promise<void> {
    await pruneCache(this.folders, { all: true });
  }

  /** Lets go of everything. Idempotent. */
  async close(): Promise<void> {
    await this.layers.close();
    await rm(this.scratch, { recursive: true, force: true });
    await this.running.end();
  }
}
