import type { Digest } from '@buildog/oci';
import type { Entry } from '../FileTree';

/**
 * One path of a layer, with everything resolved that an archive can say in more
 * than one way: no links in its parents, no second mention.
 */
export interface LayerRow {
  /** `linkGroup` is never set here: see {@link LayerRow.hardLinkTo}. */
  readonly entry: Entry;
  /** Where a file's content begins in the uncompressed archive; -1 where there is none. */
  readonly offset: number;
  /** For the second and further names of a file: the first name, which stands before in the index. */
  readonly hardLinkTo?: string;
  /** A hard link to a file of a lower layer: its path. */
  readonly lowerLink?: string;
  /** A parent directory that the archive does not mention: the lower layers' stays as it is. */
  readonly implicit?: true;
  /** A directory that hides what lower layers have in it. */
  readonly opaque?: true;
}

/** What is in a layer. */
export interface LayerIndex {
  readonly diffId: Digest;
  /** Bytes of all files together. */
  readonly contentSize: number;
  /** In the order of `comparePaths`, each with all its parents, the root first. */
  readonly rows: readonly LayerRow[];
  /** Paths that are no longer there; none of them is a row. In the order of `comparePaths`. */
  readonly whiteouts: readonly string[];
}
