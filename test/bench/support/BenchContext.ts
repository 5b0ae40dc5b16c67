import { mkdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { demoCatalog } from '../../../scripts/demo/demoCatalog.ts';
import {
  type PreparedDemo,
  prepareDemo,
} from '../../../scripts/demo/prepareDemo.ts';
import { pushFolder } from '../../../scripts/demo/pushRepository.ts';
import type { ClusterState } from '../../cluster/clusterState.ts';
import { type PostgresServer, startPostgres } from '../../run/postgres.ts';
import { BenchPortal } from './BenchPortal.ts';
import { ClusterApi } from './ClusterApi.ts';
import { tokenAccess } from './tokenAccess.ts';

/** Port of the portals under measurement; not that of the demo or the tests. */
export const PORTAL_PORT = 7217;

/** Components of the benches; each has a repository of its name, if it has one at all. */
const COMPONENTS = ['small', 'large', 'fresh', 'echo', 'wait', 'last'] as const;

const repositories = resolve(import.meta.dirname, '../repositories');
const logs = resolve(import.meta.dirname, '../../../test-results/bench');

/** What differs from portal to portal of one bench. */
export interface PortalSettings {
  postgres?: string;
  logTransport?: 'follow' | 'sidecar';
  /** Where jobs may run; one that no node has keeps them unscheduled. */
  nodeSelector?: Record<string, string>;
  /** More settings, as `APP_CONFIG_…` variables. */
  env?: NodeJS.ProcessEnv;
  /** Another module than the demo's backend. */
  entry?: string;
}

/** A prepared cluster, and everything on it that a bench needs. */
export class BenchContext {
  readonly cluster: ClusterState;
  readonly demo: PreparedDemo;
  readonly api: ClusterApi;
  /** How often a bench repeats itself; each says what a round is. `undefined`: its own default. */
  readonly rounds: number | undefined;
  readonly #folder: string;
  #postgres: Promise<PostgresServer> | undefined;

  private constructor(
    cluster: ClusterState,
    demo: PreparedDemo,
    api: ClusterApi,
    folder: string,
    rounds: number | undefined,
  ) {
    this.cluster = cluster;
    this.demo = demo;
    this.api = api;
    this.#folder = folder;
    this.rounds = rounds;
  }

  static async prepare(
    cluster: ClusterState,
    rounds?: number,
  ): Promise<BenchContext> {
    // A quota of jobs would end a bench that starts hundreds of them.
    const demo = await prepareDemo(cluster, { quota: false });
    const folder = await mkdtemp(join(tmpdir(), 'buildog-bench-'));
    const catalog = join(folder, 'catalog.yaml');
    await writeFile(
      catalog,
      demoCatalog(
        COMPONENTS.map(name => ({
          name,
          description: `See test/bench/repositories/${name}.`,
          owner: 'platform-team',
          repository: `${cluster.git.httpUrl}/bench/${name}.git`,
          config: 'default',
        })),
      ),
    );
    demo.settings.BUILDOG_DEMO_CATALOG = catalog;
    return new BenchContext(
      cluster,
      demo,
      await ClusterApi.open(cluster.kubeconfig),
      folder,
      rounds,
    );
  }

  get namespace(): string {
    return this.demo.settings.BUILDOG_NAMESPACE;
  }

  /** Connection string of a PostgreSQL of these benches' own. */
  async postgres(): Promise<string> {
    this.#postgres ??= startPostgres();
    return (await this.#postgres).connectionString;
  }

  /** Makes `repositories/NAME` the only commit of a component's repository, and says which. */
  pushRepository(
    name: (typeof COMPONENTS)[number],
    replacements: Record<string, string> = {},
  ): Promise<string> {
    const { httpUrl, username, password } = this.cluster.git;
    return pushFolder(
      { url: httpUrl, username, password },
      join(repositories, name),
      `bench/${name}.git`,
      { BASE: this.cluster.images.busybox, ...replacements },
    );
  }

  /** `host/path` of a component's image. */
  image(component: (typeof COMPONENTS)[number]): string {
    return `${this.demo.settings.BUILDOG_REGISTRY}/default/${component}`;
  }

  /** Starts a portal; one at a time, because they share a port. */
  async startPortal(settings: PortalSettings = {}): Promise<BenchPortal> {
    mkdirSync(logs, { recursive: true });
    const access = await tokenAccess(
      this.demo.settings.BUILDOG_KUBECONFIG,
      this.#folder,
    );
    return BenchPortal.start({
      port: PORTAL_PORT,
      postgres: settings.postgres,
      logFile: join(logs, `portal-${Date.now()}.log`),
      entry: settings.entry,
      env: {
        ...this.demo.settings,
        APP_CONFIG_buildog_runner_kubernetes_clusters: JSON.stringify([
          {
            name: this.cluster.name,
            // As in a portal inside a cluster; a kubeconfig needs a library
            // of its own in memory.
            access,
            namespace: this.namespace,
            agentImage: this.demo.settings.BUILDOG_AGENT_IMAGE,
            serviceAccountName: 'buildog-job',
            hostUsers: 'off',
            sidecarApiServer: {
              host: this.demo.settings.BUILDOG_API_SERVER_HOST,
              port: Number(this.demo.settings.BUILDOG_API_SERVER_PORT),
            },
            ...(settings.nodeSelector && {
              nodeSelector: settings.nodeSelector,
            }),
          },
        ]),
        // Admission is measured, not made to wait for a place.
        APP_CONFIG_buildog_limits_concurrency: '10000',
        APP_CONFIG_buildog_limits_concurrencyPerOwner: '10000',
        ...(settings.logTransport === 'sidecar' && {
          APP_CONFIG_buildog_ingest_url: `${this.#portalForPods()}/api/buildog/v1/ingest`,
        }),
        ...settings.env,
      },
    });
  }

  /** Stops what was started beside the cluster. */
  async close(): Promise<void> {
    this.api.close();
    await (await this.#postgres)?.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #portalForPods(): string {
    const found = this.cluster.forwards.find(
      forward => forward.hostPort === PORTAL_PORT,
    );
    if (!found) throw new Error(`the cluster forwards no port ${PORTAL_PORT}`);
    return found.nodeUrl;
  }
}
