import {
  createReadStream,
  existsSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { Readable } from 'node:stream';
import type { Descriptor } from '@buildog/oci';
import { BuilderError } from '../../errors/BuilderError';
import { toBuilderError } from '../../errors/toBuilderError';
import { chainIds } from '../chainIds';
import { compressorFor } from '../compress/compressorFor';
import { decompress } from '../compress/decompress';
import type { FileTree } from '../FileTree';
import { formatIndexFile, readIndexFile } from '../index/indexFile';
import type { LayerLimits } from '../index/IndexBuilder';
import type { LayerIndex } from '../index/LayerIndex';
import { readArchiveIndex } from '../index/readArchiveIndex';
import type { Layer, LayerChain } from '../Layer';
import type { LayerChange } from '../LayerChange';
import type {
  LayerStore,
  UnpackedChain,
  WriteLayerOptions,
} from '../LayerStore';
import { LayeredTree } from '../tree/LayeredTree';
import { mergeLayer } from '../tree/mergeLayer';
import { emptyTree, TreeNode } from '../tree/TreeNode';
import { ChainUnpacker } from './ChainUnpacker';
import { DiskLayerStoreOptions } from './DiskLayerStoreOptions';
import { importLayer } from './importLayer';
import { LayerContents } from './LayerContents';
import { planLayer } from './planLayer';
import { Recent } from './Recent';
import { Session, sweepSessions } from './Session';
import { Shared } from './Shared';
import { StoreFolders } from './StoreFolders';
import { withoutUnchanged } from './withoutUnchanged';
import { writeLayer } from './writeLayer';

const defaultLimits: LayerLimits = {
  maxEntries: 1_000_000,
  maxUnpackedBytes: 64 * 1024 ** 3,
};

/**
 * A {@link LayerStore} in a folder. Everything is made under another name and
 * appears by rename, so several processes may use one folder and each may die
 * at any moment: what it left is removed by the next one that opens the store.
 *
 * @public
 */
export class DiskLayerStore implements LayerStore {
  private readonly importing = new Shared<LayerIndex>();
  private readonly indexes = new Recent<LayerIndex>(256);
  private readonly roots = new Recent<TreeNode>(256);
  private readonly contents: LayerContents;
  private readonly unpacker: ChainUnpacker;

  private constructor(
    private readonly folders: StoreFolders,
    private readonly session: Session,
    private readonly options: DiskLayerStoreOptions,
    private readonly limits: LayerLimits,
  ) {
    const openArchive = (layer: Layer) => this.openArchive(layer);
    this.contents = new LayerContents(
      folders,
      () => session.temporary(),
      openArchive,
    );
    this.unpacker = new ChainUnpacker(folders, session, {
      index: layer => this.index(layer),
      root: chain => this.root(chain),
      openArchive,
      contents: this.contents,
      warn: options.warn ?? (() => undefined),
    });
  }

  /**
   * Opens a store, makes its folder when it is not there, and removes what
   * processes that died left behind.
   *
   * @throws {@link BuilderError} `filesystem`
   */
  static async open(
    root: string,
    options: DiskLayerStoreOptions = {},
  ): Promise<DiskLayerStore> {
    try {
      const folders = new StoreFolders(root);
      sweepSessions(folders);
      const limits = { ...defaultLimits, ...options.limits };
      return new DiskLayerStore(folders, new Session(folders), options, limits);
    } catch (error) {
      throw toBuilderError(error);
    }
  }

  /** Lets go of everything that is held, and removes what is unfinished. Idempotent. */
  async close(): Promise<void> {
    this.contents.notes.save();
    this.session.close();
  }

  async write(
    changes: AsyncIterable<LayerChange>,
    options: WriteLayerOptions,
  ): Promise<Layer | undefined> {
    const { compressor, mediaType } = compressorFor(options.compression);
    const file = this.session.temporary();
    try {
      const { unlessIn } = options;
      const planned = await planLayer(
        unlessIn
          ? withoutUnchanged(changes, await this.tree(unlessIn))
          : changes,
      );
      if (planned.length === 0) return undefined;
      const { limits } = this;
      const { blob, index } = await writeLayer(file, planned, {
        ...options,
        compressor,
        limits,
      });
      const { diffId, digest, size } = blob;
      const layer: Layer = { diffId, blob: { mediaType, digest, size } };
      this.keep(layer, index, file);
      return layer;
    } catch (error) {
      rmSync(file, { force: true });
      throw toBuilderError(error);
    }
  }

  async adopt(
    chain: LayerChain,
    upper: string,
    options: { readonly ignore?: Iterable<string> } = {},
  ): Promise<boolean> {
    try {
      return await this.unpacker.adopt(chain, upper, options.ignore ?? []);
    } catch (error) {
      throw toBuilderError(error);
    }
  }

  async has(layer: Layer): Promise<boolean> {
    return this.hasBlob(layer.blob);
  }

  async import(layer: Layer, open: () => Promise<Readable>): Promise<void> {
    await this.importIndex(layer, open);
  }

  async open(blob: Descriptor): Promise<Readable> {
    if (!this.hasBlob(blob)) {
      throw new BuilderError(
        'filesystem',
        `the layer ${blob.digest} is no longer in the cache: build again`,
        { operation: 'layer' },
      );
    }
    return createReadStream(this.folders.blob(blob.digest), {
      highWaterMark: 256 * 1024,
    });
  }

  /** The compressed bytes of a layer, which is fetched first when it is not here. */
  async openLayer(layer: Layer): Promise<Readable> {
    if (!this.hasBlob(layer.blob)) {
      await this.importIndex(layer, () => this.fetch(layer));
    }
    return this.open(layer.blob);
  }

  async tree(chain: LayerChain): Promise<FileTree> {
    try {
      return new LayeredTree(chain, await this.root(chain), this.contents);
    } catch (error) {
      throw toBuilderError(error);
    }
  }

  async unpack(
    chain: LayerChain,
    options: { readonly flat: boolean; readonly signal?: AbortSignal },
  ): Promise<UnpackedChain> {
    try {
      return options.flat
        ? await this.unpacker.flat(chain, options.signal)
        : await this.unpacker.overlay(chain, options.signal);
    } catch (error) {
      throw toBuilderError(error);
    }
  }

  /** The merged filesystem of a chain; that of the chain below is shared. */
  private async root(chain: LayerChain): Promise<TreeNode> {
    const ids = chainIds(chain);
    let depth = chain.length;
    let root: TreeNode | undefined;
    while (depth > 0 && !root) {
      root = this.roots.get(ids[depth - 1]);
      if (!root) depth -= 1;
    }
    root ??= emptyTree();
    const missing = chain.slice(depth);
    const indexes = await Promise.all(missing.map(layer => this.index(layer)));
    for (const [i, index] of indexes.entries()) {
      root = mergeLayer(root, index, missing[i], depth + i);
      this.roots.set(ids[depth + i], root);
    }
    return root;
  }

  private async index(layer: Layer): Promise<LayerIndex> {
    const { diffId } = layer;
    const known =
      this.indexes.get(diffId) ?? readIndexFile(this.folders.index(diffId));
    if (known) {
      this.indexes.set(diffId, known);
      return known;
    }
    if (!this.hasBlob(layer.blob)) {
      return this.importIndex(layer, () => this.fetch(layer));
    }
    const index = await readArchiveIndex(
      this.openArchive(layer),
      diffId,
      this.limits,
    );
    this.keep(layer, index);
    return index;
  }

  private importIndex(
    layer: Layer,
    open: () => Promise<Readable>,
  ): Promise<LayerIndex> {
    return this.importing.run(layer.blob.digest, async () => {
      const file = this.session.temporary();
      try {
        if (this.hasBlob(layer.blob)) return await this.index(layer);
        const index = await importLayer(layer, await open(), file, this.limits);
        this.keep(layer, index, file);
        return index;
      } catch (error) {
        rmSync(file, { force: true });
        throw toBuilderError(error);
      }
    });
  }

  private async *openArchive(
    layer: Layer,
  ): AsyncGenerator<Buffer, void, undefined> {
    yield* decompress(await this.openLayer(layer));
  }

  private async fetch(layer: Layer): Promise<Readable> {
    if (!this.options.fetch) {
      throw new BuilderError(
        'filesystem',
        `the layer ${layer.blob.digest} is not in the cache, and nothing was given to fetch it from`,
        { operation: 'layer' },
      );
    }
    return this.options.fetch(layer);
  }

  /** Lets a layer appear: its index first, for who sees the blob expects both. */
  private keep(layer: Layer, index: LayerIndex, file?: string): void {
    const { diffId, blob } = layer;
    const text = this.session.temporary();
    writeFileSync(text, formatIndexFile(index), { mode: 0o600 });
    renameSync(text, this.folders.index(diffId));
    this.indexes.set(diffId, index);
    if (file !== undefined) renameSync(file, this.folders.blob(blob.digest));
  }

  private hasBlob({ digest, size }: Descriptor): boolean {
    const path = this.folders.blob(digest);
    return existsSync(path) && statSync(path).size === size;
  }
}
