import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { findProgram } from './findProgram';

/** Ids below this many are not enough for the users of usual images. */
const usefulIds = 65536;

/**
 * True when `newuidmap` and `newgidmap` are installed and `/etc/subuid` and
 * `/etc/subgid` give this user a range.
 */
export function hasIdRange(): boolean {
  return (
    findProgram('newuidmap') !== undefined &&
    findProgram('newgidmap') !== undefined &&
    idRange('/etc/subuid') >= usefulIds &&
    idRange('/etc/subgid') >= usefulIds
  );
}

/** How many ids a file like `/etc/subuid` gives this user; 0 when it has no line. */
export function idRange(
  file: string,
  user: { readonly username: string; readonly uid: number } = userInfo(),
): number {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map(line => line.trim().split(':'))
      .filter(([who]) => who === user.username || who === String(user.uid))
      .map(([, , count]) => Number(count))
      .filter(count => Number.isSafeInteger(count))
      .reduce((most, count) => Math.max(most, count), 0);
  } catch {
    return 0;
  }
}
