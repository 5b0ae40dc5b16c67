import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { findProgram } from './findProgram';

/** Ids below this many are not enough for the users of usual images. */
const USEFUL_IDS = 65_536;

/**
 * Arguments of `unshare` that make us root of a namespace: none for root
 * itself; for another user a user namespace, with all ids that `/etc/subuid`
 * gives, or with one where it gives none.
 */
export function userNamespace(): string[] {
  if (process.getuid?.() === 0) return [];
  return hasIdRange()
    ? ['--user', '--map-auto', '--map-root-user']
    : ['--user', '--map-root-user'];
}

function hasIdRange(): boolean {
  return (
    findProgram('newuidmap') !== undefined &&
    findProgram('newgidmap') !== undefined &&
    ['/etc/subuid', '/etc/subgid'].every(file => idRange(file) >= USEFUL_IDS)
  );
}

function idRange(file: string): number {
  const { username, uid } = userInfo();
  try {
    const counts = readFileSync(file, 'utf8')
      .split('\n')
      .map(line => line.trim().split(':'))
      .filter(([who]) => who === username || who === String(uid))
      .map(([, , count]) => Number(count) || 0);
    return Math.max(0, ...counts);
  } catch {
    return 0;
  }
}
