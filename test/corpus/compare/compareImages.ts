import type { ImageTree, TreeEntry } from './ImageTree.ts';
import type { Image, ImageConfig } from './readImage.ts';

/** One thing that two images do not have in common. */
export interface Difference {
  /** `/path attribute` of the tree, `config Key`, or `image platform`. */
  what: string;
  /** What the reference has; `-` for nothing. */
  expected: string;
  /** What the other image has; `-` for nothing. */
  actual: string;
}

/** How times are told apart. */
export interface CompareOptions {
  /**
   * Whether a time says no more than "while this image was built". Two such
   * times are equal, any other pair must be the same second.
   */
  isBuildTime: (mtime: number) => boolean;
}

/** Configuration keys with the meaning that the image specification gives them. */
const configKeys = [
  ...['Env', 'Cmd', 'Entrypoint', 'WorkingDir', 'User', 'Labels'],
  ...['ExposedPorts', 'Volumes', 'StopSignal', 'Healthcheck', 'OnBuild'],
  ...['Shell', 'ArgsEscaped'],
];

/**
 * All differences between two images, sorted by name: platform, every
 * configuration key, and for every path its type, mode, owner, content, link
 * target, hard links, extended attributes, device numbers and time. How the
 * files are spread over layers, and the history, are each builder's own.
 */
export function compareImages(
  expected: Image,
  actual: Image,
  options: CompareOptions,
): Difference[] {
  const found = [
    ...differing('image platform', expected.platform, actual.platform),
    ...compareConfigs(expected.config, actual.config),
    ...compareTrees(expected.tree, actual.tree, options),
  ];
  return found.sort((a, b) => (a.what < b.what ? -1 : 1));
}

function compareConfigs(
  expected: ImageConfig,
  actual: ImageConfig,
): Difference[] {
  const unknown = [...Object.keys(expected), ...Object.keys(actual)].filter(
    key => !configKeys.includes(key),
  );
  return [...new Set([...configKeys, ...unknown])].flatMap(key =>
    differing(
      `config ${key}`,
      canonical(expected[key]),
      canonical(actual[key]),
    ),
  );
}

function compareTrees(
  expected: ImageTree,
  actual: ImageTree,
  options: CompareOptions,
): Difference[] {
  const found: Difference[] = [];
  for (const path of new Set([...expected.keys(), ...actual.keys()])) {
    const left = expected.get(path);
    const right = actual.get(path);
    if (!left || !right) {
      found.push(...differing(path, left?.type, right?.type));
      continue;
    }
    const seen = [attributes(left, options), attributes(right, options)];
    for (const key of Object.keys(seen[0]))
      found.push(...differing(`${path} ${key}`, seen[0][key], seen[1][key]));
  }
  return found;
}

function attributes(
  entry: TreeEntry,
  { isBuildTime }: CompareOptions,
): Record<string, string> {
  const { mtime } = entry;
  return {
    type: entry.type,
    // Links have no mode of their own on Linux: tar writers put in what they like.
    mode: entry.type === 'symlink' ? '' : entry.mode.toString(8),
    owner: `${entry.uid}:${entry.gid}`,
    size: String(entry.size ?? ''),
    sha256: entry.sha256 ?? '',
    linkname: entry.linkname ?? '',
    links: (entry.links ?? []).join(' '),
    xattrs: canonical(entry.xattrs),
    device: entry.device ?? '',
    // A directory's time says when its last entry was made: not even two builds
    // by BuildKit agree on it.
    mtime:
      entry.type === 'directory' || mtime === undefined || isBuildTime(mtime)
        ? 'built'
        : new Date(mtime * 1000).toISOString(),
  };
}

/** JSON with sorted keys; nothing, `""`, `[]` and `{}` are all the same to who runs the image. */
function canonical(value: unknown): string {
  const text = JSON.stringify(value, (_key, part) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(
          Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : part,
  );
  const empty = [undefined, 'null', '""', '[]', '{}', 'false'];
  return empty.includes(text) ? '' : text;
}

function differing(
  what: string,
  expected: string | undefined,
  actual: string | undefined,
): Difference[] {
  if (expected === actual) return [];
  return [{ what, expected: expected || '-', actual: actual || '-' }];
}
