import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Descriptor } from '../../cluster/images/ociLayout.ts';
import { seedRegistry } from '../../cluster/images/seedRegistry.ts';
import {
  buildPrograms,
  programPath,
} from '../../cluster/programs/buildPrograms.ts';
import { Daemon } from './Daemon.ts';
import { freePort } from './freePort.ts';

/** A plain http registry on the loopback that every builder of a run pulls its bases from. */
export class Registry {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  readonly #storage: string;
  readonly #daemon: Daemon;

  private constructor(host: string, storage: string, daemon: Daemon) {
    this.host = host;
    this.#storage = storage;
    this.#daemon = daemon;
  }

  /** Starts an empty one that keeps everything in `folder`. */
  static async start(folder: string): Promise<Registry> {
    await buildPrograms(['registry']);
    const storage = join(folder, 'storage');
    await mkdir(storage, { recursive: true });
    const host = `127.0.0.1:${await freePort()}`;
    const file = join(folder, 'registry.json');
    await writeFile(
      file,
      JSON.stringify({
        version: 0.1,
        log: { level: 'warn', accesslog: { disabled: true } },
        storage: {
          filesystem: { rootdirectory: storage },
          delete: { enabled: true },
          maintenance: { uploadpurging: { enabled: false } },
        },
        http: { addr: host, relativeurls: true, secret: 'one process only' },
      }),
    );
    const daemon = await Daemon.start({
      program: programPath('registry'),
      args: ['serve', file],
      env: { OTEL_TRACES_EXPORTER: 'none' },
      log: join(folder, 'registry.log'),
      ready: async () => (await fetch(`http://${host}/v2/`)).ok,
    });
    return new Registry(host, storage, daemon);
  }

  /** Puts the only image of a layout into it. */
  async add(
    layout: string,
    repository: string,
    tag = 'latest',
  ): Promise<Descriptor> {
    return seedRegistry(this.#storage, layout, repository, tag);
  }

  /** Puts an index over images that are there already. */
  async addIndex(
    repository: string,
    manifests: readonly object[],
    tag = 'latest',
  ): Promise<void> {
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    const answer = await fetch(
      `http://${this.host}/v2/${repository}/manifests/${tag}`,
      {
        method: 'PUT',
        headers: { 'content-type': mediaType },
        body: JSON.stringify({ schemaVersion: 2, mediaType, manifests }),
      },
    );
    if (!answer.ok)
      throw new Error(`${repository}: ${answer.status} ${await answer.text()}`);
  }

  /** Ends it; what it stored stays in its folder. */
  async stop(): Promise<void> {
    await this.#daemon.stop();
  }
}
