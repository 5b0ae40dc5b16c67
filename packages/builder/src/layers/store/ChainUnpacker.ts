import { existsSync, mkdirSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '@buildog/oci';
import { chainIds } from '../chainIds';
import type { LayerIndex } from '../index/LayerIndex';
import type { Layer, LayerChain } from '../Layer';
import type { UnpackedChain } from '../LayerStore';
import { LayeredTree } from '../tree/LayeredTree';
import type { ContentReader } from '../tree/LayeredTree';
import type { TreeNode } from '../tree/TreeNode';
import { adoptUpper } from '../unpack/adoptUpper';
import { unpackLayer } from '../unpack/unpackLayer';
import { Whiteouts } from '../unpack/Whiteouts';
import type { Session } from './Session';
import { Shared } from './Shared';
import type { StoreFolders } from './StoreFolders';

/** What {@link ChainUnpacker} needs of the store. */
export interface UnpackSource {
  index(layer: Layer): Promise<LayerIndex>;
  root(chain: LayerChain): Promise<TreeNode>;
  openArchive(layer: Layer): AsyncIterable<Buffer>;
  readonly contents: ContentReader;
  warn(message: string): void;
}

/** Makes directories of chains of layers. */
export class ChainUnpacker {
  private readonly unpacking = new Shared<void>();
  private readonly whiteouts: Whiteouts;

  constructor(
    private readonly folders: StoreFolders,
    private readonly session: Session,
    private readonly source: UnpackSource,
  ) {
    this.whiteouts = new Whiteouts(join(folders.root, 'whiteout'), () =>
      session.temporary(),
    );
  }

  /** One directory per layer, each with its difference to those below. */
  async overlay(
    chain: LayerChain,
    signal: AbortSignal | undefined,
  ): Promise<UnpackedChain> {
    const ids = chainIds(chain);
    const directories = ids.map(id => this.folders.unpacked(id));
    await Promise.all(
      ids.map((id, depth) =>
        this.unpacking.run(id, () => this.unpackOne(chain, depth, id, signal)),
      ),
    );
    return { directories, release: async () => undefined };
  }

  /** One directory with everything, for this caller alone. */
  async flat(
    chain: LayerChain,
    signal: AbortSignal | undefined,
  ): Promise<UnpackedChain> {
    const directory = this.session.temporary();
    mkdirSync(directory, { mode: 0o755 });
    const release = async () =>
      rmSync(directory, { recursive: true, force: true });
    try {
      for (const depth of chain.keys()) {
        await this.place(chain, depth, directory, undefined, signal);
      }
      return { directories: [directory], release };
    } catch (error) {
      await release();
      throw error;
    }
  }

  /** See {@link LayerStore.adopt}. */
  async adopt(
    chain: LayerChain,
    upper: string,
    ignore: Iterable<string>,
  ): Promise<boolean> {
    const id = chainIds(chain).at(-1);
    if (id === undefined) return false;
    const target = this.folders.unpacked(id);
    if (existsSync(target)) return false;
    adoptUpper(upper, ignore, await this.source.root(chain));
    touch(upper);
    try {
      renameSync(upper, target);
      return true;
    } catch {
      // Another filesystem, or another process was quicker: it is unpacked then.
      return false;
    }
  }

  private async unpackOne(
    chain: LayerChain,
    depth: number,
    id: Digest,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const target = this.folders.unpacked(id);
    if (existsSync(target)) {
      touch(target);
      return;
    }
    const made = this.session.temporary();
    mkdirSync(made, { mode: 0o700 });
    try {
      await this.place(chain, depth, made, this.whiteouts, signal);
      touch(made);
      appear(made, target);
    } finally {
      rmSync(made, { recursive: true, force: true });
    }
  }

  private async place(
    chain: LayerChain,
    depth: number,
    directory: string,
    whiteouts: Whiteouts | undefined,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    signal?.throwIfAborted();
    const layer = chain[depth];
    const lower = chain.slice(0, depth);
    const below = await this.source.root(lower);
    await unpackLayer({
      directory,
      index: await this.source.index(layer),
      below,
      merged: await this.source.root(chain.slice(0, depth + 1)),
      openArchive: () => this.source.openArchive(layer),
      openBelow: async path => {
        const tree = new LayeredTree(lower, below, this.source.contents);
        const entry = await tree.lookup(path);
        return tree.open(entry ?? { ...below.entry, path });
      },
      whiteouts,
      signal,
      warn: this.source.warn,
    });
  }
}

/** Lets a directory appear; when another process was quicker, its is as good. */
function appear(made: string, target: string): void {
  try {
    renameSync(made, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  }
}

/**
 * Notes the last use, by which caches are cleaned up. In an overlay nobody sees
 * the time of a lower directory itself.
 */
function touch(target: string): void {
  const now = new Date();
  utimesSync(target, now, now);
}
