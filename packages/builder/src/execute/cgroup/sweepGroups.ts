import { readdirSync, rmdirSync } from 'node:fs';
import path from 'node:path';
import { isAbandoned } from '../ScratchFolder';
import type { Controllers } from './Controllers';

/** Names of steps' groups start with it; the name of a scratch folder follows. */
export const groupPrefix = 'buildog-step-';

/** Removes the groups of builders that are no longer there. A group with processes stays. */
export async function sweepGroups(controllers: Controllers): Promise<void> {
  for (const { folder } of Object.values(controllers)) {
    for (const name of list(folder)) {
      if (!name.startsWith(groupPrefix)) continue;
      if (!isAbandoned(name.slice(groupPrefix.length))) continue;
      try {
        rmdirSync(path.join(folder, name));
      } catch {
        // Its processes are just ending: the next builder tries again.
      }
    }
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
