import { join, resolve } from 'node:path';
import { run } from '../../../test/cluster/system/run.ts';

const root = resolve(import.meta.dirname, '../../..');

/**
 * Makes the builder's command line, which published packages come with.
 * A second or two.
 * @returns its path
 */
export async function builderProgram(): Promise<string> {
  const folder = join(root, 'packages', 'builder');
  const out = join(folder, 'bin');
  await run(process.execPath, [
    join(folder, 'scripts', 'bundle.mjs'),
    '--out',
    out,
  ]);
  return join(out, 'ossb.mjs');
}
