import { text } from 'node:stream/consumers';
import { BuilderError } from '../../errors/BuilderError';
import type { FileTree } from '../../layers/FileTree';
import { didYouMean, nearest } from '../../dockerfile/text/nearest';
import { resolvePath } from './paths';
import type { Owner } from './Placement';

const MAX_ID = 2 ** 32 - 2;
const MAX_FILE_BYTES = 16 * 1024 ** 2;

/**
 * Numbers of `user[:group]` by the image's own `/etc/passwd` and `/etc/group`.
 * A number without group is its own group; a name without group has the group
 * of its passwd line; a group without user is root's. Undefined for an empty text.
 *
 * @param unknown - what a user is that the image does not know; such a group is
 * then the user's own
 * @throws {@link BuilderError} `validation` for such a name, unless it is to be root
 */
export async function lookupOwner(
  tree: FileTree,
  owner: string | undefined,
  unknown: 'refused' | 'root' = 'refused',
): Promise<Owner | undefined> {
  if (owner === undefined || owner === '') return undefined;
  const [user, group, ...more] = owner.split(':');
  if (more.length > 0 || (user === '' && !group)) {
    throw new BuilderError(
      'validation',
      `${JSON.stringify(owner)} is no owner: write user or user:group`,
    );
  }
  const otherwise = (id: number) => (unknown === 'root' ? id : undefined);
  const number = user === '' ? 0 : parseId(user);
  const { id: uid, group: ownGroup } =
    number === undefined
      ? await lookupName(tree, 'etc/passwd', user, otherwise(0))
      : { id: number, group: number };
  if (group === undefined || group === '') return { uid, gid: ownGroup ?? 0 };
  const gid = parseId(group);
  if (gid !== undefined) return { uid, gid };
  const found = await lookupName(
    tree,
    'etc/group',
    group,
    otherwise(ownGroup ?? 0),
  );
  return { uid, gid: found.id };
}

/** True when an owner can be told without looking into the image. */
export function isNumericOwner(owner: string): boolean {
  return owner.split(':').every(part => part === '' || /^\d+$/.test(part));
}

function parseId(text_: string): number | undefined {
  if (!/^\d+$/.test(text_)) return undefined;
  const id = Number(text_);
  if (id <= MAX_ID) return id;
  throw new BuilderError(
    'validation',
    `${text_.slice(0, 30)} is above the highest user or group id, ${MAX_ID}`,
  );
}

async function lookupName(
  tree: FileTree,
  file: 'etc/passwd' | 'etc/group',
  name: string,
  otherwise: number | undefined,
): Promise<{ id: number; group?: number }> {
  const names: string[] = [];
  for (const line of (await readSmallFile(tree, file)).split('\n')) {
    const [lineName, , id, group] = line.split(':');
    if (id === undefined || !/^\d+$/.test(id)) continue;
    if (lineName === name) {
      const hasGroup = file === 'etc/passwd' && /^\d+$/.test(group ?? '');
      return { id: Number(id), ...(hasGroup && { group: Number(group) }) };
    }
    names.push(lineName);
  }
  if (otherwise !== undefined) return { id: otherwise };
  const kind = file === 'etc/passwd' ? 'user' : 'group';
  throw new BuilderError(
    'validation',
    `the image has no ${kind} ${JSON.stringify(
      name,
    )} in its /${file}${didYouMean(
      nearest(name, names),
    )}. Add it with a RUN step before, or write its number`,
  );
}

async function readSmallFile(tree: FileTree, path: string): Promise<string> {
  const resolved = await resolvePath(inner => tree.lookup(inner), path);
  const entry = await tree.lookup(resolved);
  if (entry?.type !== 'file' || entry.size > MAX_FILE_BYTES) return '';
  return text(await tree.open(entry));
}
