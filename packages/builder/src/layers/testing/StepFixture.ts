import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileTree } from '../FileTree';
import type { LayerChain } from '../Layer';
import type { LayerChange } from '../LayerChange';
import { DiskLayerStore } from '../store/DiskLayerStore';
import { changesOf } from './putFile';
import { OverlayMounts } from './OverlayMounts';

/** A chain mounted as an executor mounts it. */
export interface MountedChain {
  readonly chain: LayerChain;
  readonly below: FileTree;
  readonly upper: string;
  /** Where the step would see its root. */
  readonly merged: string;
  unmount(): Promise<void>;
}

/** A store and overlays on its layers, for tests of what steps change. */
export class StepFixture {
  private count = 0;

  private constructor(
    readonly root: string,
    readonly store: DiskLayerStore,
    private readonly mounts: OverlayMounts,
  ) {}

  static async create(): Promise<StepFixture> {
    const root = mkdtempSync(join(tmpdir(), 'buildog-steps-'));
    const store = await DiskLayerStore.open(join(root, 'store'));
    return new StepFixture(root, store, await OverlayMounts.start());
  }

  /** A chain of one layer. */
  async chain(...changes: readonly LayerChange[]): Promise<LayerChain> {
    const compression = { algorithm: 'none' } as const;
    const layer = await this.store.write(changesOf(...changes), {
      compression,
    });
    return layer ? [layer] : [];
  }

  async mount(chain: LayerChain): Promise<MountedChain> {
    const { directories } = await this.store.unpack(chain, { flat: false });
    const [lowest, upper, work, target] = [1, 2, 3, 4].map(() => this.folder());
    const lower = [lowest, ...directories];
    return {
      chain,
      below: await this.store.tree(chain),
      upper,
      merged: await this.mounts.mount(lower, upper, work, target),
      unmount: () => this.mounts.unmount(target),
    };
  }

  folder(): string {
    this.count += 1;
    const path = join(this.root, `${this.count}`);
    mkdirSync(path);
    return path;
  }

  async remove(): Promise<void> {
    await this.mounts.stop();
    await this.store.close();
    rmSync(this.root, { recursive: true, force: true });
  }
}
