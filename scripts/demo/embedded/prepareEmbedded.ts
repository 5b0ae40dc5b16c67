import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type DemoComponent, demoCatalog } from '../demoCatalog.ts';
import { baseImage } from './baseImage.ts';
import { builderProgram } from './builderProgram.ts';
import { GitServer } from './GitServer.ts';
import { signingKey } from './signingKey.ts';

const root = resolve(import.meta.dirname, '../../..');

/** Where an embedded demo keeps things and listens. */
export interface EmbeddedPlaces {
  /** Private to the demo; made when absent. */
  folder: string;
  /** On loopback. */
  gitPort: number;
  registryPort: number;
}

/** What an embedded demo's portal is started with. */
export interface PreparedEmbedded {
  settings: Record<string, string>;
  /** Commit that the component is at. */
  revision: string;
  /** The component whose Build button works. */
  component: string;
  /** `host/path` of its image. */
  image: string;
  /** For `cosign verify --key`. */
  publicKeyFile: string;
  /** To be called once the portal is ready: its registry gets the base image. */
  whenReady: () => Promise<void>;
}

/**
 * Makes this machine ready for a portal that builds on it: this checkout on a
 * git server, a catalog that names it, a signing key, the builder's program, a
 * base image. Doing it again refreshes it. The git server ends with this
 * process.
 */
export async function prepareEmbedded(
  places: EmbeddedPlaces,
): Promise<PreparedEmbedded> {
  const { folder, gitPort, registryPort } = places;
  const registry = `127.0.0.1:${registryPort}`;
  const repositories = join(folder, 'repositories');
  await mkdir(repositories, { recursive: true, mode: 0o700 });
  const git = new GitServer(repositories);
  const [builder, key, base] = await Promise.all([
    builderProgram(),
    signingKey(folder),
    baseImage(registry),
    git.start(gitPort),
  ]);
  const revision = await git.take(root, 'demo/buildog.git');
  const component: DemoComponent = {
    name: 'hello',
    description:
      'The example of the demo: says which commit it was built from.',
    owner: 'platform-team',
    repository: `http://127.0.0.1:${gitPort}/demo/buildog.git`,
    dockerfile: 'examples/hello/Dockerfile',
    config: 'default',
  };
  const catalog = join(folder, 'catalog.yaml');
  await writeFile(catalog, demoCatalog([component]));
  return {
    revision,
    component: component.name,
    image: `${registry}/default/${component.name}`,
    publicKeyFile: key.publicKeyFile,
    settings: {
      BUILDOG_DEMO_CATALOG: catalog,
      BUILDOG_DEMO_BASE_IMAGE: base.reference,
      BUILDOG_DEMO_SIGNING_KEY: key.keyFile,
      BUILDOG_DEMO_FOLDER: folder,
      BUILDOG_DEMO_GIT: `127.0.0.1:${gitPort}`,
      BUILDOG_DEMO_REGISTRY: registry,
      BUILDOG_DEMO_REGISTRY_PORT: String(registryPort),
    },
    whenReady: async () =>
      base.provide?.({
        host: registry,
        credentialsFile: join(folder, 'registry', 'credentials.json'),
        builder,
      }),
  };
}
