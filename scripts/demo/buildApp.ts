import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { say } from '../setup/say.mjs';

const execute = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');

/** What goes into an app's bundle, below the root. */
const INPUTS = [
  'plugins/buildog/src',
  'plugins/buildog-common/src',
  'yarn.lock',
];

/**
 * Bundles an app unless its bundle is that of the sources as they are.
 *
 * @param name - folder below `packages`: `app` or `app-legacy`
 */
export async function buildApp(name: 'app' | 'app-legacy'): Promise<void> {
  const folder = join(root, 'packages', name);
  const stamp = join(folder, 'dist', '.sources');
  const wanted = await fingerprint([...INPUTS, join('packages', name, 'src')]);
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return;
  say(`Bundling packages/${name} (about a minute)`);
  await execute(
    process.execPath,
    [
      join(root, '.yarn', 'releases', 'yarn-4.13.0.cjs'),
      'backstage-cli',
      'package',
      'build',
    ],
    { cwd: folder, maxBuffer: 64 * 1024 * 1024 },
  );
  await writeFile(stamp, wanted);
}

async function fingerprint(inputs: string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const input of inputs) await addToHash(hash, join(root, input));
  return hash.digest('hex');
}

async function addToHash(
  hash: ReturnType<typeof createHash>,
  path: string,
): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(
    () => undefined,
  );
  if (!entries) {
    hash.update(path).update(await readFile(path));
    return;
  }
  for (const entry of entries.sort((a, b) => a.name.localeCompare(b.name))) {
    await addToHash(hash, join(path, entry.name));
  }
}
