import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Backend } from '../../../scripts/demo/Backend.ts';
import { BuildogClient } from '../../e2e/support/BuildogClient.ts';
import { waitUntil } from '../../e2e/support/waitUntil.ts';

const root = resolve(import.meta.dirname, '../../..');

/** What differs from portal to portal. */
export interface BenchPortalOptions {
  port: number;
  /** Settings as `APP_CONFIG_…` variables and those of `app-config.cluster.yaml`. */
  env: NodeJS.ProcessEnv;
  /** Connection string; a SQLite file of the portal's own when absent. */
  postgres?: string;
  logFile: string;
  /** Another module than the demo's backend. */
  entry?: string;
}

/** A portal that is measured: one backend process with a database of its own. */
export class BenchPortal {
  readonly backend: Backend;
  readonly #folder: string;

  private constructor(backend: Backend, folder: string) {
    this.backend = backend;
    this.#folder = folder;
  }

  /** Starts it and resolves once the API can answer for every component. */
  static async start(options: BenchPortalOptions): Promise<BenchPortal> {
    const folder = await mkdtemp(join(tmpdir(), 'buildog-bench-'));
    const backend = new Backend({
      port: options.port,
      configs: ['app-config.yaml', 'app-config.cluster.yaml'].map(name =>
        join(root, name),
      ),
      logFile: options.logFile,
      entry: options.entry,
      env: {
        ...process.env,
        ...options.env,
        APP_CONFIG_backend_database: JSON.stringify(
          options.postgres
            ? {
                client: 'pg',
                connection: options.postgres,
                prefix: `bench_${process.pid}_${Date.now()}_`,
              }
            : {
                client: 'better-sqlite3',
                connection: { directory: folder },
              },
        ),
      },
    });
    const portal = new BenchPortal(backend, folder);
    await portal.start();
    return portal;
  }

  /** Starts the process again, on the database it had. */
  async start(): Promise<void> {
    await this.backend.start();
    await waitUntil('the catalog to hold the last component', async () => {
      const response = await fetch(
        `${this.backend.baseUrl}/api/catalog/entities/by-name/component/default/last`,
        { headers: { authorization: `Bearer ${await this.guestToken()}` } },
      );
      return response.ok;
    });
  }

  /** The API as the demo's guest uses it. */
  client(): Promise<BuildogClient> {
    return BuildogClient.asGuest(this.backend.baseUrl);
  }

  /** A token of the guest, for requests that `client` does not know. */
  async guestToken(): Promise<string> {
    const response = await fetch(
      `${this.backend.baseUrl}/api/auth/guest/refresh`,
      { method: 'POST' },
    );
    const session = (await response.json()) as {
      backstageIdentity: { token: string };
    };
    return session.backstageIdentity.token;
  }

  /** Ends it for good and forgets its database. */
  async stop(): Promise<void> {
    await this.backend.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
