import { readdirSync, readFileSync } from 'node:fs';

/** `O_CLOEXEC` as `/proc/self/fdinfo` shows it. */
const closeOnExec = 0o2000000;

/**
 * Descriptors above the standard ones that whoever started this process left
 * open, and that every program started by it would have as well. Node closes its
 * own.
 */
export function inheritedDescriptors(): number[] {
  const names = list('/proc/self/fdinfo');
  return names
    .map(Number)
    .filter(descriptor => descriptor > 2 && isInherited(descriptor));
}

function isInherited(descriptor: number): boolean {
  try {
    const text = readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8');
    const flags = parseInt(/^flags:\s*([0-7]+)/m.exec(text)?.[1] ?? '', 8);
    return Math.floor(flags / closeOnExec) % 2 === 0;
  } catch {
    // The one that the folder itself was read with.
    return false;
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
