import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the cache is when nobody says: `$XDG_CACHE_HOME/ossb` or `~/.cache/ossb`. @public */
export function defaultCacheDir(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ossb');
}
