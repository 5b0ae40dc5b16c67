import { Digest } from '../digest/Digest';

/**
 * A repository in a registry.
 *
 * @public
 */
export interface Repository {
  /** Host, with port where there is one, lower case: `registry.example:5000`. */
  readonly registry: string;
  /** Path below the host, lower case: `team/app`. */
  readonly path: string;
}

/**
 * A repository and what is pointed at in it: a tag, a digest, both, or neither.
 * Where both are set the digest decides and the tag is for people.
 *
 * @public
 */
export interface Reference extends Repository {
  /** A name that may be moved. */
  readonly tag?: string;
  /** The content itself. */
  readonly digest?: Digest;
}
