import { join, resolve } from 'node:path';
import { Backend } from '../demo/Backend.ts';
import { buildApp } from '../demo/buildApp.ts';
import { untilBuildable } from '../demo/untilBuildable.ts';
import { say } from '../setup/say.mjs';
import { exitAfter } from '../setup/SetupError.mjs';
import { clusterDemo } from './clusterDemo.ts';
import { embeddedDemo } from './embeddedDemo.ts';

const root = resolve(import.meta.dirname, '../..');

/**
 * `npm start`: the demo portal with a component whose Build button works.
 * Builds run on the cluster of KUBECONFIG where it is set, on the test cluster
 * with `--cluster`, and otherwise on this machine.
 */
async function main(args: string[]): Promise<void> {
  const onCluster =
    Boolean(process.env.KUBECONFIG) || args.includes('--cluster');
  const [demo] = await Promise.all([
    onCluster ? clusterDemo() : embeddedDemo(),
    buildApp('app'),
  ]);
  const backend = new Backend({
    port: 7007,
    configs: demo.configs.map(name => join(root, name)),
    env: { ...process.env, ...demo.settings },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => void backend.stop());
  }
  say('Starting the portal');
  await backend.start();
  const ended = backend.exited().then(() => true);
  const usable = Promise.all([
    demo.whenReady?.(),
    untilBuildable(backend.baseUrl, [demo.component]),
  ]).then(() => false);
  if (await Promise.race([usable, ended])) return;
  say(
    `Open ${backend.baseUrl}/catalog/default/component/${demo.component}/build and press Build. ${demo.farewell}`,
  );
  await ended;
}

await exitAfter(() => main(process.argv.slice(2)));
