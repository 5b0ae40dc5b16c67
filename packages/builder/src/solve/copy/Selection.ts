import type { Entry, FileTree } from '../../layers/FileTree';

/**
 * What one source of a copy came to: an entry of the tree, and all below it that
 * is not excluded.
 */
export interface Selection {
  /** As the author wrote it. */
  readonly source: string;
  readonly tree: FileTree;
  /** Name it has in a destination that is a directory; with `parents`, a path. */
  readonly name: string;
  /** The entry itself, links followed. */
  readonly root: Entry;
  /**
   * Below a directory: paths relative to it, parents first. Empty for a file.
   */
  readonly entries: readonly SelectedEntry[];
  /** With `parents`: the directories above, relative to the destination, highest first. */
  readonly above: readonly SelectedEntry[];
  /** True when a pattern found it. */
  readonly byPattern: boolean;
}

/** One entry of a {@link Selection}. */
export interface SelectedEntry {
  readonly path: string;
  readonly entry: Entry;
}
