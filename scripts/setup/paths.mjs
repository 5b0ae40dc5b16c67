import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = path.resolve(
  path.dirname(fileURLToPath(import.meta.url)),
  '../..',
);

/**
 * Where programs and images that are built once are kept: `BUILDOG_CACHE`, or
 * the user's cache folder.
 */
export const cacheDir =
  process.env.BUILDOG_CACHE ??
  path.join(
    process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'),
    'buildog',
  );
