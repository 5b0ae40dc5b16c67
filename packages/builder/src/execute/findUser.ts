import { text } from 'node:stream/consumers';
import { BuilderError } from '../errors/BuilderError';
import type { FileTree } from '../layers/FileTree';
import { resolveInRoot } from './resolveInRoot';

/** Numbers a program runs with. */
export interface UserIds {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups: the first one again, then as they stand in the file. */
  readonly groups: readonly number[];
  /** Of the first line with that uid; `/` where there is none. */
  readonly home: string;
}

/** A user database above this size is not a user database. */
const maximumFileBytes = 4 * 1024 * 1024;

/**
 * Looks up `user[:group]` in a filesystem's own `/etc/passwd` and `/etc/group`,
 * never in the machine's: what container runtimes do, rule for rule. Two numbers
 * are taken as they are; a number that no line has gets group 0.
 *
 * @throws {@link BuilderError} `execution` for a name that is not there
 */
export async function findUser(tree: FileTree, user: string): Promise<UserIds> {
  const [name, group] = splitUser(user === '' ? '0' : user);
  const uidNumber = idNumber(name);
  const gidNumber = group === undefined ? undefined : idNumber(group);
  const [passwd, groups] = await Promise.all([
    readLines(tree, 'etc/passwd'),
    readLines(tree, 'etc/group'),
  ]);
  const line = passwd.find(
    fields => fields[0] === name || fields[2] === String(uidNumber),
  );
  const uid = idNumber(line?.[2] ?? '') ?? uidNumber;
  if (uid === undefined) throw missing('user', name, '/etc/passwd');
  const home = passwd.find(fields => fields[2] === String(uid))?.[5] || '/';
  if (group === undefined) {
    const gid = idNumber(line?.[3] ?? '') ?? 0;
    const more = line ? groupsOf(groups, line[0]) : [];
    return { uid, gid, groups: [...new Set([gid, ...more])], home };
  }
  if (uidNumber !== undefined && gidNumber !== undefined) {
    return { uid, gid: gidNumber, groups: [gidNumber], home };
  }
  const found = groups.find(
    fields => fields[0] === group || fields[2] === String(gidNumber),
  );
  const gid = idNumber(found?.[2] ?? '') ?? gidNumber;
  if (gid === undefined) throw missing('group', group, '/etc/group');
  return { uid, gid, groups: [gid], home };
}

function groupsOf(lines: readonly string[][], name: string): number[] {
  return lines
    .filter(fields => (fields[3] ?? '').split(',').includes(name))
    .map(fields => idNumber(fields[2] ?? ''))
    .filter(id => id !== undefined);
}

function splitUser(user: string): [string, string | undefined] {
  const colon = user.indexOf(':');
  if (colon < 0) return [user, undefined];
  return [user.slice(0, colon), user.slice(colon + 1)];
}

/** A user or group number: 0 to 2^32 - 2 (the last one means "none" to the kernel). */
function idNumber(digits: string): number | undefined {
  if (!/^\d{1,10}$/.test(digits)) return undefined;
  const id = Number(digits);
  return id < 2 ** 32 - 1 ? id : undefined;
}

async function readLines(tree: FileTree, path: string): Promise<string[][]> {
  const entry = (await resolveInRoot(tree, path))?.entry;
  if (entry?.type !== 'file' || entry.size > maximumFileBytes) return [];
  const content = await text(await tree.open(entry));
  return content
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
    .map(line => line.split(':'));
}

function missing(what: string, name: string, file: string): BuilderError {
  return new BuilderError(
    'execution',
    `${what} ${JSON.stringify(
      name,
    )} is not in ${file} of the image: create it in an earlier RUN, or write its number`,
    { operation: 'exec' },
  );
}
