import { AgentError } from '../../program';
import type { Repository } from './Repository';

/** An entry of a commit's tree. */
export interface TreeEntry {
  kind: 'file' | 'symlink' | 'submodule';
  /** Relative to the root, in Latin-1: each character is one byte of it. */
  path: string;
  /** Object id: a blob's, or the commit of a submodule. */
  id: string;
  /** Bytes of the blob; 0 for submodules. */
  size: number;
}

/** Bounds of {@link listTree}. */
export interface TreeLimits {
  files: number;
  bytes: number;
}

const kinds: Record<string, TreeEntry['kind'] | undefined> = {
  '100644': 'file',
  '100664': 'file',
  '100755': 'file',
  '120000': 'symlink',
  '160000': 'submodule',
};

/**
 * Lists everything a commit's tree contains, before any of it is written.
 * The listing is read as it comes and given up at the first entry beyond the
 * limits: a tree of a few kilobytes can name billions of files.
 *
 * @throws AgentError `SourceTooLarge` or `GitObjectsInvalid`
 */
export async function listTree(
  repository: Repository,
  revision: string,
  limits: TreeLimits,
  isWanted: (path: string) => boolean = () => true,
): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = [];
  const stop = new AbortController();
  let rest = '';
  let files = 0;
  let bytes = 0;
  const take = (record: string) => {
    const entry = parseEntry(record);
    files += 1;
    if (isWanted(entry.path)) {
      bytes += entry.size;
      entries.push(entry);
    }
    if (files > limits.files) throw tooLarge(limits.files, 'files');
    if (bytes > limits.bytes) throw tooLarge(limits.bytes, 'bytes');
  };
  const onOutput = (chunk: Buffer) => {
    if (stop.signal.aborted) return;
    try {
      const records = (rest + chunk.toString('latin1')).split('\0');
      rest = records.pop() ?? '';
      records.forEach(take);
    } catch (error) {
      stop.abort(error);
    }
  };
  const { code } = await repository.git({
    args: ['ls-tree', '-r', '-l', '-z', '--full-tree', revision],
    onOutput,
    signal: AbortSignal.any([repository.session.signal, stop.signal]),
  });
  if (code !== 0) {
    throw new AgentError(
      'GitObjectsInvalid',
      'The commit refers to objects that the server did not send.',
    );
  }
  return entries;
}

function parseEntry(record: string): TreeEntry {
  const [, mode, id, size, path] =
    /^(\d{6}) [a-z]+ ([0-9a-f]+) +(\d+|-)\t([^]+)$/.exec(record) ?? [];
  const kind = kinds[mode ?? ''];
  if (!kind || !isSafe(path)) {
    throw new AgentError(
      'GitObjectsInvalid',
      'The commit contains an entry with an unknown mode or a forbidden name.',
    );
  }
  return { kind, path, id, size: size === '-' ? 0 : Number(size) };
}

/** git refuses these names itself; a second look costs nothing. */
function isSafe(path: string): boolean {
  return path
    .split('/')
    .every(
      part =>
        part !== '' &&
        part !== '.' &&
        part !== '..' &&
        part.toLowerCase() !== '.git',
    );
}

function tooLarge(limit: number, unit: string): AgentError {
  return new AgentError(
    'SourceTooLarge',
    `The source has more than ${limit} ${unit}: make it smaller or raise the limit.`,
  );
}
