import { access } from 'node:fs/promises';
import path from 'node:path';
import { root } from './paths.mjs';
import { run } from './run.mjs';
import { say } from './say.mjs';
import { SetupError } from './SetupError.mjs';

const toolsDir = path.join(root, 'tools');

/**
 * Makes sure that the pinned Node.js of `tools/package-lock.json` is
 * installed. Backstage does not run on Node 20, and better-sqlite3 decides
 * which 24 is safe, so the machine's own Node only starts this.
 *
 * @returns {Promise<{ nodeDir: string, node: string }>} its folder and program.
 */
export async function node24() {
  if (
    process.platform !== 'linux' ||
    !['x64', 'arm64'].includes(process.arch)
  ) {
    throw new SetupError(
      `Buildog is developed on Linux (x64, arm64), this is ${process.platform} ${process.arch}. Use a Linux machine, a container or WSL 2.`,
    );
  }
  const nodeDir = path.join(
    toolsDir,
    'node_modules',
    `node-linux-${process.arch}`,
  );
  const node = path.join(nodeDir, 'bin', 'node');
  try {
    await access(node);
  } catch {
    say('Installing Node.js 24 (tools/package-lock.json)');
    await run(
      'npm',
      [
        'ci',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--prefix',
        toolsDir,
      ],
      { hint: 'Check that npm reaches its registry.' },
    );
    await access(node).catch(cause => {
      throw new SetupError(
        'npm did not install Node.js 24. Remove tools/node_modules and try again.',
        { cause },
      );
    });
  }
  return { nodeDir, node };
}
