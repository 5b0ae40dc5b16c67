import { join, resolve } from 'node:path';
import { prepareEmbedded } from '../demo/embedded/prepareEmbedded.ts';
import { SetupError } from '../setup/SetupError.mjs';
import type { Demo } from './Demo.ts';

const root = resolve(import.meta.dirname, '../..');

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
  const { settings, component, whenReady } = await prepareEmbedded({
    folder: join(root, 'packages', 'backend', '.buildog'),
    gitPort: 7017,
    registryPort: 5050,
  });
  return {
    configs: ['app-config.yaml'],
    settings,
    component,
    whenReady,
    farewell:
      'Ctrl+C ends the portal; images, logs and the cache stay in packages/backend/.buildog.',
  };
}
