import type { FileTree } from '../layers/FileTree';
import type { LayerChain } from '../layers/Layer';

/**
 * What a vertex came to: the layers of a filesystem, or files to copy from.
 *
 * @public
 */
export type Solved =
  | {
      readonly kind: 'filesystem';
      readonly chain: LayerChain;
      /** When the topmost layer was made, milliseconds since 1970; absent where it came from elsewhere. */
      readonly createdAt?: number;
    }
  | {
      readonly kind: 'tree';
      readonly tree: FileTree;
      /**
       * The same for the same content, where it is known without looking at each
       * file (a commit, a checksum). It spares reading the files on a cache hit.
       */
      readonly identity?: string;
    };
