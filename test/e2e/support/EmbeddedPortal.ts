import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Backend } from '../../../scripts/demo/Backend.ts';
import {
  type PreparedEmbedded,
  prepareEmbedded,
} from '../../../scripts/demo/embedded/prepareEmbedded.ts';
import { untilBuildable } from '../../../scripts/demo/untilBuildable.ts';
import { BuildogClient } from './BuildogClient.ts';

const root = resolve(import.meta.dirname, '../../..');
const PORTS = { portal: 7227, git: 7237, registry: 5157 };

/** The portal of `npm start`: no cluster, everything in a folder of the test's own. */
export class EmbeddedPortal {
  readonly backend: Backend;
  readonly prepared: PreparedEmbedded;
  readonly #folder: string;

  private constructor(
    backend: Backend,
    prepared: PreparedEmbedded,
    folder: string,
  ) {
    this.backend = backend;
    this.prepared = prepared;
    this.#folder = folder;
  }

  /** Starts it and resolves once its component can be built. */
  static async start(): Promise<EmbeddedPortal> {
    const folder = mkdtempSync(join(tmpdir(), 'buildog-embedded-'));
    const logs = join(root, 'test-results', 'backend');
    mkdirSync(logs, { recursive: true });
    const prepared = await prepareEmbedded({
      folder,
      gitPort: PORTS.git,
      registryPort: PORTS.registry,
    });
    const env: NodeJS.ProcessEnv = { ...process.env, ...prepared.settings };
    // Nothing of the test cluster may help.
    delete env.KUBECONFIG;
    const backend = new Backend({
      port: PORTS.portal,
      configs: [join(root, 'app-config.yaml')],
      logFile: join(logs, `embedded-${Date.now()}.log`),
      env,
    });
    await backend.start();
    await prepared.whenReady();
    await untilBuildable(backend.baseUrl, [prepared.component]);
    return new EmbeddedPortal(backend, prepared, folder);
  }

  /** A folder that goes with the portal. */
  get folder(): string {
    return this.#folder;
  }

  /** The API as the demo's guest uses it. */
  async client(): Promise<BuildogClient> {
    return BuildogClient.asGuest(this.backend.baseUrl);
  }

  async stop(): Promise<void> {
    await this.backend.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
