import type { Readable } from 'node:stream';
import type { Entry } from './FileTree';

/**
 * One line of a layer: something is there now, or is there no longer.
 * Parents come before children; names within a directory in byte order; a
 * removal comes before what replaces it.
 *
 * @public
 */
export type LayerChange =
  | {
      readonly kind: 'put';
      readonly entry: Entry;
      /** Content; only for files, and only for the first name of a link group. Called at most once. */
      readonly open?: () => Promise<Readable>;
      /** Local path of the content, where there is one: quicker than `open`. */
      readonly localPath?: string;
      /** The other names of a link group point to the first. */
      readonly hardLinkTo?: string;
    }
  | { readonly kind: 'remove'; readonly path: string };
