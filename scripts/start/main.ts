import { join, resolve } from 'node:path';
import { buildAll } from '../../test/cluster/build.ts';
import { readClusterState } from '../../test/cluster/clusterState.ts';
import { up } from '../../test/cluster/up.ts';
import { Backend } from '../demo/Backend.ts';
import { buildApp } from '../demo/buildApp.ts';
import { DEMO_SETTINGS } from '../demo/DemoSettings.ts';
import { prepareDemo } from '../demo/prepareDemo.ts';
import { untilBuildable } from '../demo/untilBuildable.ts';
import { say } from '../setup/say.mjs';
import { exitAfter, SetupError } from '../setup/SetupError.mjs';

const root = resolve(import.meta.dirname, '../..');
const CLUSTER = 'demo';
const COMPONENT = 'buildog-agent';

/**
 * `npm start`: the demo portal on the cluster of KUBECONFIG, or on the test
 * cluster, with a component whose Build button works.
 */
async function main(): Promise<void> {
  const [settings] = await Promise.all([clusterSettings(), buildApp('app')]);
  const backend = new Backend({
    port: 7007,
    configs: ['app-config.yaml', 'app-config.cluster.yaml'].map(name =>
      join(root, name),
    ),
    env: { ...process.env, ...settings },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => void backend.stop());
  }
  say('Starting the portal');
  await backend.start();
  const ended = backend.exited().then(() => true);
  const known = untilBuildable(backend.baseUrl, [COMPONENT]).then(() => false);
  if (await Promise.race([known, ended])) return;
  say(
    `Open ${backend.baseUrl}/catalog/default/component/${COMPONENT}/build and press Build. Ctrl+C ends the portal; "yarn cluster down --name ${CLUSTER}" removes its cluster.`,
  );
  await ended;
}

async function clusterSettings(): Promise<Record<string, string>> {
  if (process.env.KUBECONFIG) {
    const env: NodeJS.ProcessEnv & { BUILDOG_KUBECONFIG: string } = {
      ...process.env,
      BUILDOG_KUBECONFIG:
        process.env.BUILDOG_KUBECONFIG ?? process.env.KUBECONFIG,
    };
    const missing = DEMO_SETTINGS.filter(name => !env[name]);
    if (missing.length > 0) {
      throw new SetupError(
        `KUBECONFIG is set, so the demo uses that cluster; set ${missing.join(
          ', ',
        )} as well (app-config.cluster.yaml shows what each is for), or unset KUBECONFIG to use the test cluster.`,
      );
    }
    return { BUILDOG_KUBECONFIG: env.BUILDOG_KUBECONFIG };
  }
  say('Making sure that the test cluster is built (minutes at the first time)');
  await buildAll();
  await up(CLUSTER, []);
  const { settings } = await prepareDemo(await readClusterState(CLUSTER));
  return { ...settings };
}

await exitAfter(main);
