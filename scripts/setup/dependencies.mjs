import { createHash } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './paths.mjs';
import { run } from './run.mjs';
import { say } from './say.mjs';

const stamp = path.join(root, 'node_modules', '.buildog-install');

/**
 * Installs the workspace's packages with the vendored Yarn, unless the
 * lockfile and all package.json files are those of the last install.
 *
 * @param {{ yarn: string, node: string, env: NodeJS.ProcessEnv }} tools
 */
export async function installDependencies({ yarn, node, env }) {
  const wanted = await fingerprint();
  const installed = await readFile(stamp, 'utf8').catch(() => '');
  if (installed === wanted) return;
  say('Installing packages with Yarn (about 90 s with nothing cached)');
  await run(node, [yarn, 'install', '--immutable'], {
    cwd: root,
    env,
    hint: 'Check that Yarn reaches the npm registry; after a change of package.json run yarn install without --immutable.',
  });
  await writeFile(stamp, wanted);
}

async function fingerprint() {
  const hash = createHash('sha256');
  const files = ['package.json', 'yarn.lock', '.yarnrc.yml'];
  for (const folder of ['packages', 'plugins']) {
    for (const name of (await readdir(path.join(root, folder))).sort()) {
      files.push(path.join(folder, name, 'package.json'));
    }
  }
  for (const file of files) {
    hash.update(`${file}\0`);
    hash.update(await readFile(path.join(root, file)).catch(() => ''));
  }
  return hash.digest('hex');
}
