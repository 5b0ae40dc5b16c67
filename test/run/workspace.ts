import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The repository's root. */
export const root = resolve(import.meta.dirname, '../..');

/** Where reports of this run go; not committed. */
export const resultsDir = join(root, 'test-results');
mkdirSync(resultsDir, { recursive: true });

/** The vendored Yarn, run by this Node. */
export const yarn = [
  process.execPath,
  join(root, '.yarn', 'releases', 'yarn-4.13.0.cjs'),
] as const;
