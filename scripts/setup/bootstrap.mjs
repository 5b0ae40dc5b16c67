import path from 'node:path';
import { installDependencies } from './dependencies.mjs';
import { node24 } from './node24.mjs';
import { root } from './paths.mjs';

/**
 * Everything that has to be there before a program of this repository can
 * run: Node.js 24 and the workspace's packages. Quick when nothing changed.
 *
 * @param {{ meanwhile?: (tools: { node: string, env: NodeJS.ProcessEnv }) => void }} [options]
 *   `meanwhile` is called once Node.js 24 is there, before the packages are
 *   installed, for work that runs beside that.
 * @returns {Promise<{ node: string, yarn: string, env: NodeJS.ProcessEnv }>}
 */
export async function bootstrap(options = {}) {
  const { nodeDir, node } = await node24();
  const yarn = path.join(root, '.yarn', 'releases', 'yarn-4.13.0.cjs');
  const env = {
    ...process.env,
    PATH: `${path.join(nodeDir, 'bin')}:${process.env.PATH}`,
    // Native modules compile against this Node, whatever ~/.npmrc says.
    npm_config_nodedir: nodeDir,
  };
  options.meanwhile?.({ node, env });
  await installDependencies({ yarn, node, env });
  return { node, yarn, env };
}
