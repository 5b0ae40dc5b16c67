import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Backend } from '../../../scripts/demo/Backend.ts';
import { FIXTURES } from '../../../scripts/demo/demoCatalog.ts';
import { untilBuildable } from '../../../scripts/demo/untilBuildable.ts';
import type { Demo } from './Demo.ts';
import { BuildogClient } from './BuildogClient.ts';
import type { ObjectStore } from './objectStore.ts';

const root = resolve(import.meta.dirname, '../../..');

/** What differs from portal to portal. */
export interface PortalOptions {
  /** Name of a configured scheduler. */
  scheduler: string;
  /** Which app the backend serves. Default: the new frontend system's. */
  app?: 'app' | 'app-legacy';
  /** Connection string; a SQLite file of the portal's own when absent. */
  postgres?: string;
  /** `sidecar` pods send their logs; `follow` (the default) the controller reads them. */
  logTransport?: 'follow' | 'sidecar';
  /** A bucket that keeps the logs; the database does when absent. */
  objects?: ObjectStore['settings'];
  /** Further configuration, as `APP_CONFIG_…` variables. */
  env?: NodeJS.ProcessEnv;
}

/**
 * A demo portal of a test's own: one backend process with its own
 * database, on the shared cluster.
 */
export class Portal {
  readonly backend: Backend;
  readonly baseUrl: string;
  readonly logFile: string;
  readonly #folder: string;

  private constructor(backend: Backend, logFile: string, folder: string) {
    this.backend = backend;
    this.baseUrl = backend.baseUrl;
    this.logFile = logFile;
    this.#folder = folder;
  }

  /** Starts it and resolves once it is ready. */
  static async start(demo: Demo, options: PortalOptions): Promise<Portal> {
    const folder = mkdtempSync(join(tmpdir(), 'buildog-portal-'));
    const logs = join(root, 'test-results', 'backend');
    mkdirSync(logs, { recursive: true });
    const logFile = join(logs, `${options.scheduler}-${Date.now()}.log`);
    const backend = new Backend({
      port: demo.state.portalPort,
      configs: ['app-config.yaml', 'app-config.cluster.yaml'].map(name =>
        join(root, name),
      ),
      logFile,
      env: {
        ...process.env,
        ...demo.settings,
        BUILDOG_SCHEDULER: options.scheduler,
        ...(options.app && { APP_CONFIG_app_packageName: options.app }),
        ...databaseEnv(folder, options.postgres),
        ...(options.logTransport === 'sidecar' && {
          APP_CONFIG_buildog_ingest_url: `${demo.nodeUrl}/api/buildog/v1/ingest`,
        }),
        ...(options.objects && {
          APP_CONFIG_buildog_logs_store: JSON.stringify({
            type: 's3',
            ...options.objects,
          }),
        }),
        ...options.env,
      },
    });
    await backend.start();
    await untilBuildable(backend.baseUrl, [
      ...FIXTURES,
      'buildog-agent',
      'not-enabled',
    ]);
    return new Portal(backend, logFile, folder);
  }

  /** Ends it for good, with its database when that is a file. */
  async stop(): Promise<void> {
    await this.backend.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** The API as the demo's guest uses it. */
  async client(): Promise<BuildogClient> {
    return BuildogClient.asGuest(this.baseUrl);
  }
}

function databaseEnv(
  folder: string,
  postgres: string | undefined,
): NodeJS.ProcessEnv {
  if (postgres) {
    return {
      APP_CONFIG_backend_database: JSON.stringify({
        client: 'pg',
        connection: postgres,
        prefix: `portal_${process.pid}_${Date.now()}_`,
      }),
    };
  }
  return {
    APP_CONFIG_backend_database: JSON.stringify({
      client: 'better-sqlite3',
      connection: { directory: folder },
    }),
  };
}
