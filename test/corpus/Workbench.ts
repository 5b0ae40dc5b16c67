import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seedBases } from './bases/seedBases.ts';
import type { Hosts } from './cases.ts';
import { makeSources } from './oracle/makeSources.ts';
import { Registry } from './oracle/Registry.ts';
import { Sources } from './oracle/Sources.ts';

/** What all builders of one run share: a folder, a registry with the bases, and the sources of `ADD`. */
export class Workbench {
  /** A temporary folder with a short path. */
  readonly folder: string;
  readonly registry: Registry;
  readonly #sources: Sources;

  private constructor(folder: string, registry: Registry, sources: Sources) {
    this.folder = folder;
    this.registry = registry;
    this.#sources = sources;
  }

  /** Sets it up: seconds when the bases are in the cache, minutes when they are to be made. */
  static async start(): Promise<Workbench> {
    const folder = await mkdtemp(join(tmpdir(), 'corpus-'));
    const files = join(folder, 'sources');
    let registry: Registry | undefined;
    try {
      await makeSources(files);
      await mkdir(join(folder, 'registry'));
      registry = await Registry.start(join(folder, 'registry'));
      await seedBases(registry);
      return new Workbench(folder, registry, await Sources.start(files));
    } catch (error) {
      await registry?.stop();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Where the registry and the sources listen. */
  get hosts(): Hosts {
    return { registry: this.registry.host, sources: this.#sources.host };
  }

  /** Ends and removes all of it. */
  async stop(): Promise<void> {
    await this.#sources.stop();
    await this.registry.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
