import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ClusterState } from '../../test/cluster/clusterState.ts';
import { clusterPaths } from '../../test/cluster/paths.ts';
import { agentImages } from '../../test/images/agentImages.ts';
import { say } from '../setup/say.mjs';
import { applyChart, demoNames } from './applyChart.ts';
import { controllerKubeconfig } from './controllerKubeconfig.ts';
import { cosignKeys } from './cosignKeys.ts';
import { type DemoComponent, demoCatalog, FIXTURES } from './demoCatalog.ts';
import type { DemoSettings } from './DemoSettings.ts';
import { pushCheckout } from './pushRepository.ts';

const root = resolve(import.meta.dirname, '../..');

/** A cluster that is ready for the demo portal. */
export interface PreparedDemo {
  settings: DemoSettings;
  /** For `cosign verify --key`. */
  publicKeyFile: string;
  /** Commit of this project that the git server has as `main`. */
  revision: string;
}

/**
 * Makes a running test cluster ready for the demo portal: the chart's
 * namespaces and rights, the images a job runs on, this project's repository
 * and a catalog that names it. Doing it again refreshes it.
 *
 * @param options - `withFixtures`: also the components of the end-to-end
 *   tests; `quota`: whether builds have a ResourceQuota, which is the default
 */
export async function prepareDemo(
  cluster: ClusterState,
  options: { withFixtures?: boolean; quota?: boolean } = {},
): Promise<PreparedDemo> {
  const folder = join(clusterPaths(cluster.name).root, 'demo');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  say('Installing the chart and pushing the example repositories');
  const { git, registries } = cluster;
  const server = {
    url: git.httpUrl,
    username: git.username,
    password: git.password,
  };
  const [keys, revision, images] = await Promise.all([
    cosignKeys(join(cluster.tools.binDir, 'cosign'), folder),
    pushCheckout(server, root, 'demo/buildog.git'),
    agentImages(cluster),
    applyChart(cluster, options),
  ]);
  const catalog = join(folder, 'catalog.yaml');
  await writeFile(
    catalog,
    demoCatalog([
      ...(options.withFixtures ? fixtures(git.httpUrl) : []),
      ...components(git.httpUrl),
    ]),
  );
  const apiServer = new URL(cluster.apiServer);
  return {
    revision,
    publicKeyFile: keys.publicKeyFile,
    settings: {
      BUILDOG_INSTALLATION: 'demo',
      BUILDOG_CLUSTER: cluster.name,
      BUILDOG_KUBECONFIG: await controllerKubeconfig(cluster, folder),
      BUILDOG_NAMESPACE: demoNames.buildNamespace,
      BUILDOG_HOST_USERS: 'auto',
      BUILDOG_API_SERVER_HOST: apiServer.hostname,
      BUILDOG_API_SERVER_PORT: apiServer.port,
      BUILDOG_AGENT_IMAGE: images.agent,
      BUILDOG_KANIKO_IMAGE: cluster.images.kaniko ?? cluster.images.buildah,
      BUILDOG_BUILDAH_IMAGE: cluster.images.buildah,
      BUILDOG_TOOLCHAIN_IMAGE: images.toolchain,
      BUILDOG_AGENT_BASE_IMAGE: cluster.images.agentBase,
      BUILDOG_SCHEDULER: cluster.images.kaniko ? 'kaniko' : 'buildah',
      BUILDOG_REGISTRY: registries.plain.host,
      BUILDOG_REGISTRY_USERNAME: registries.plain.username,
      BUILDOG_REGISTRY_PASSWORD: registries.plain.password,
      BUILDOG_GIT_HOST: new URL(git.httpUrl).host,
      BUILDOG_COSIGN_KEY_FILE: keys.keyFile,
      BUILDOG_COSIGN_PASSWORD: keys.password,
      BUILDOG_DEMO_CATALOG: catalog,
    },
  };
}

function components(gitUrl: string): DemoComponent[] {
  return [
    {
      name: 'buildog-agent',
      description:
        'The image that runs in the containers of every Buildog job, built by Buildog from its own repository.',
      owner: 'platform-team',
      repository: `${gitUrl}/demo/buildog.git`,
      dockerfile: 'deploy/images/agent/Dockerfile',
      config: 'default',
    },
    {
      name: 'foreign',
      description: 'A component of another team.',
      owner: 'other-team',
      repository: `${gitUrl}/demo/buildog.git`,
      config: 'default',
    },
    {
      name: 'not-enabled',
      description: 'A component whose builds are not enabled yet.',
      owner: 'platform-team',
      repository: `${gitUrl}/demo/buildog.git`,
    },
  ];
}

function fixtures(gitUrl: string): DemoComponent[] {
  return FIXTURES.map(name => ({
    name,
    description: `See test/fixtures/repositories/${name}.`,
    owner: 'platform-team',
    repository: `${gitUrl}/demo/${name}.git`,
    config: 'default',
  }));
}
