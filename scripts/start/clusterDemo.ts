import { buildAll } from '../../test/cluster/build.ts';
import { readClusterState } from '../../test/cluster/clusterState.ts';
import { up } from '../../test/cluster/up.ts';
import { DEMO_SETTINGS } from '../demo/DemoSettings.ts';
import { prepareDemo } from '../demo/prepareDemo.ts';
import { say } from '../setup/say.mjs';
import { SetupError } from '../setup/SetupError.mjs';
import type { Demo } from './Demo.ts';

const CLUSTER = 'demo';

/** The demo on the cluster of KUBECONFIG, or else on the test cluster. */
export async function clusterDemo(): Promise<Demo> {
  const own = process.env.KUBECONFIG;
  return {
    configs: ['app-config.yaml', 'app-config.cluster.yaml'],
    settings: own ? settingsOfOwnCluster(own) : await testCluster(),
    component: 'buildog-agent',
    farewell: own
      ? 'Ctrl+C ends the portal.'
      : `Ctrl+C ends the portal; "yarn cluster down --name ${CLUSTER}" removes its cluster.`,
  };
}

function settingsOfOwnCluster(kubeconfig: string): Record<string, string> {
  const env: NodeJS.ProcessEnv = {
    BUILDOG_KUBECONFIG: kubeconfig,
    ...process.env,
  };
  const missing = DEMO_SETTINGS.filter(name => !env[name]);
  if (missing.length > 0) {
    throw new SetupError(
      `KUBECONFIG is set, so the demo uses that cluster; set ${missing.join(
        ', ',
      )} as well (app-config.cluster.yaml shows what each is for), or unset KUBECONFIG to build on this machine.`,
    );
  }
  return { BUILDOG_KUBECONFIG: env.BUILDOG_KUBECONFIG! };
}

async function testCluster(): Promise<Record<string, string>> {
  say('Making sure that the test cluster is built (minutes at the first time)');
  await buildAll();
  await up(CLUSTER, []);
  const { settings } = await prepareDemo(await readClusterState(CLUSTER));
  return { ...settings };
}
