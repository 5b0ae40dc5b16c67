import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { LayerChain } from '../../layers/Layer';
import type { UnpackedChain } from '../../layers/LayerStore';
import type { ExecutorSetup } from '../ExecutorSetup';
import { DirectoryTree } from './DirectoryTree';

/** One folder as the filesystem of every chain, for tests of executors. */
export class TestStore implements Readonly<ExecutorSetupStore> {
  private counter = 0;

  constructor(private readonly base: string, private readonly copies: string) {}

  async tree(): Promise<DirectoryTree> {
    return new DirectoryTree(this.base);
  }

  async unpack(
    _chain: LayerChain,
    { flat }: { flat: boolean },
  ): Promise<UnpackedChain> {
    if (!flat) {
      return { directories: [this.base], release: async () => undefined };
    }
    this.counter += 1;
    const copy = path.join(this.copies, `${this.counter}`);
    await mkdir(this.copies, { recursive: true });
    await promisify(execFile)('cp', ['-a', '--', this.base, copy]);
    return {
      directories: [copy],
      release: () => rm(copy, { recursive: true, force: true }),
    };
  }
}

type ExecutorSetupStore = ExecutorSetup['store'];
