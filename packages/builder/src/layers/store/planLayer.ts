import { BuilderError } from '../../errors/BuilderError';
import type { LayerChange } from '../LayerChange';
import { comparePaths } from '../path/comparePaths';

type Put = Extract<LayerChange, { kind: 'put' }>;

/** One path of a layer that is going to be written. */
export interface PlannedPath {
  readonly path: string;
  readonly put?: Put;
  /** What lower layers have at the path is hidden. */
  readonly removed: boolean;
}

/**
 * Brings changes into the one order that layers have, whatever the order they
 * came in: of two changes of a path the last counts, the first name of a hard
 * link has the content, and what is removed with its directory is not removed
 * again. Holds all changes, none of their contents.
 *
 * @throws {@link BuilderError} `filesystem` for a hard link to nothing
 */
export async function planLayer(
  changes: AsyncIterable<LayerChange>,
): Promise<PlannedPath[]> {
  const puts = new Map<string, Put>();
  const removed = new Set<string>();
  for await (const change of changes) {
    if (change.kind === 'put') puts.set(change.entry.path, change);
    else removed.add(change.path);
  }
  const paths = [...new Set([...puts.keys(), ...removed])].sort(comparePaths);
  nameFirst(paths, puts);
  const gone: string[] = [];
  const planned: PlannedPath[] = [];
  for (const path of paths) {
    const put = puts.get(path);
    const above = gone.at(-1);
    const isBelow = above !== undefined && path.startsWith(`${above}/`);
    if (!put && isBelow) continue;
    if (!put) gone.push(path);
    planned.push({ path, put, removed: removed.has(path) });
  }
  return planned;
}

/** Lets each file's first name in the order of the layer be the one with the content. */
function nameFirst(paths: readonly string[], puts: Map<string, Put>): void {
  const files = new Map<Put, string[]>();
  for (const path of paths) {
    const put = puts.get(path);
    if (put?.hardLinkTo === undefined) continue;
    const owner = ownerOf(put, puts);
    const names = files.get(owner) ?? [owner.entry.path];
    files.set(owner, [...names, path]);
  }
  for (const [owner, names] of files) {
    const [first, ...others] = names.sort(comparePaths);
    puts.set(first, { ...owner, entry: { ...owner.entry, path: first } });
    for (const path of others) {
      const entry = { ...owner.entry, path };
      puts.set(path, { kind: 'put', entry, hardLinkTo: first });
    }
  }
}

function ownerOf(put: Put, puts: ReadonlyMap<string, Put>): Put {
  let owner: Put | undefined = put;
  for (let steps = 0; owner?.hardLinkTo !== undefined; steps += 1) {
    owner = steps > puts.size ? undefined : puts.get(owner.hardLinkTo);
  }
  if (owner?.entry.type !== 'file') {
    throw new BuilderError(
      'filesystem',
      `${JSON.stringify(put.entry.path)} is a hard link to ${JSON.stringify(
        put.hardLinkTo,
      )}, which is no file of the same layer`,
      { operation: 'layer' },
    );
  }
  return owner;
}
