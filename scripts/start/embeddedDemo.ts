import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { baseImage } from '../demo/embedded/baseImage.ts';
import { GitServer } from '../demo/embedded/GitServer.ts';
import { builderProgram } from '../demo/embedded/programs.ts';
import { signingKey } from '../demo/embedded/signingKey.ts';
import { demoCatalog } from '../demo/demoCatalog.ts';
import { SetupError } from '../setup/SetupError.mjs';
import type { Demo } from './Demo.ts';

const root = resolve(import.meta.dirname, '../..');
/** As app-config.yaml has them. */
const GIT_PORT = 7017;
const REGISTRY = '127.0.0.1:5050';

/**
 * The demo on this machine alone: builds are processes, the registry is in the
 * backend, and this checkout is the repository.
 */
export async function embeddedDemo(): Promise<Demo> {
  if (process.platform !== 'linux') {
    throw new SetupError(
      'builds on the machine itself run on Linux only; set KUBECONFIG to a cluster, see app-config.cluster.yaml',
    );
  }
  // Where the backend keeps what it makes: see buildog.runner.local.root.
  const folder = join(root, 'packages', 'backend', '.buildog');
  const repositories = join(folder, 'repositories');
  await mkdir(repositories, { recursive: true, mode: 0o700 });
  const git = new GitServer(repositories);
  const [builder, key, base] = await Promise.all([
    builderProgram(),
    signingKey(folder),
    baseImage(REGISTRY),
    git.start(GIT_PORT),
  ]);
  await git.take(root, 'demo/buildog.git');
  const catalog = join(folder, 'catalog.yaml');
  await writeFile(catalog, demoCatalog([component]));
  const access = {
    host: REGISTRY,
    credentialsFile: join(folder, 'registry', 'credentials.json'),
    builder,
  };
  return {
    configs: ['app-config.yaml'],
    settings: {
      BUILDOG_DEMO_CATALOG: catalog,
      BUILDOG_DEMO_BASE_IMAGE: base.reference,
      BUILDOG_DEMO_SIGNING_KEY: key.keyFile,
    },
    component: component.name,
    whenReady: async () => base.provide?.(access),
    farewell: `Ctrl+C ends the portal; images, logs and the cache stay in packages/backend/.buildog.`,
  };
}

const component = {
  name: 'hello',
  description: 'The example of the demo: says which commit it was built from.',
  owner: 'platform-team',
  repository: `http://127.0.0.1:${GIT_PORT}/demo/buildog.git`,
  dockerfile: 'examples/hello/Dockerfile',
  config: 'default',
} as const;
