import type { Platform } from '@buildog/oci';
import type { SourcePosition } from '../errors/BuilderError';

/**
 * One node of the build graph: an operation and the vertices it works on.
 *
 * A graph is pure data, made by the Dockerfile front end and executed by the
 * solver. Identical work is one key, whoever asks for it: the key of a vertex
 * is made of its operation and of the *content* of its inputs, never of names,
 * positions or {@link Vertex.label}.
 *
 * Two kinds of values flow along the edges. *Filesystems* (from `image`,
 * `scratch`, `exec`, `copy`, `makeDirectory`) are chains of layers. *Trees* (from
 * `context`, `http`, `git`, `inline`) are files one can only copy from or mount
 * read-only; a filesystem is a tree as well.
 *
 * @public
 */
export interface Vertex {
  readonly operation: Operation;
  /** In the order that the operation defines. */
  readonly inputs: readonly Vertex[];
  /** For people only. */
  readonly label: VertexLabel;
}

/** What is shown of a vertex. @public */
export interface VertexLabel {
  /** For example `[builder 3/7] RUN npm ci`. */
  readonly title: string;
  /** Name of the stage, or its number. */
  readonly stage?: string;
  readonly platform: Platform;
  readonly position?: SourcePosition;
  /** What goes into the image's history as `created_by`. */
  readonly createdBy?: string;
}

/** Everything a graph can do. @public */
export type Operation =
  | ImageOperation
  | ScratchOperation
  | ContextOperation
  | HttpOperation
  | GitOperation
  | InlineOperation
  | ExecOperation
  | CopyOperation
  | MakeDirectoryOperation;

/** The filesystem of a base image. No inputs. @public */
export interface ImageOperation {
  readonly kind: 'image';
  /** Pinned: `registry/repository@sha256:…` of the manifest (not of an index). */
  readonly reference: string;
  readonly platform: Platform;
}

/** A filesystem with nothing in it. No inputs. @public */
export interface ScratchOperation {
  readonly kind: 'scratch';
}

/** The files of a build context, `.dockerignore` applied. No inputs. @public */
export interface ContextOperation {
  readonly kind: 'context';
  /** `default`, or the name of a named context that is a folder. */
  readonly name: string;
}

/** One file from an http(s) address. No inputs. @public */
export interface HttpOperation {
  readonly kind: 'http';
  readonly url: string;
  /** `sha256:…`; the step fails when the content has another. */
  readonly checksum?: string;
  /** Name of the file in the tree. */
  readonly filename: string;
}

/** The files of a git repository. No inputs. @public */
export interface GitOperation {
  readonly kind: 'git';
  readonly url: string;
  /** Branch, tag or SHA; default: the remote's HEAD. */
  readonly ref?: string;
  readonly subdirectory?: string;
  readonly keepGitDirectory: boolean;
  /** Submodules are fetched unless this is set. */
  readonly skipSubmodules?: boolean;
  /** The SHA that must come out; a prefix of it is enough. */
  readonly checksum?: string;
}

/** Files that stand in the Dockerfile itself (heredocs of `COPY` and `ADD`). No inputs. @public */
export interface InlineOperation {
  readonly kind: 'inline';
  readonly files: readonly {
    readonly name: string;
    readonly content: string;
    /** Permission bits; default 0644. */
    readonly mode?: number;
  }[];
}

/**
 * Runs a program in a filesystem. Input 0 is the filesystem; a mount with
 * `input` names one of the others.
 *
 * @public
 */
export interface ExecOperation {
  readonly kind: 'exec';
  readonly args: readonly string[];
  /** `NAME=value`, complete but for {@link ExecOperation.proxyEnv}: the program sees these and nothing else. */
  readonly env: readonly string[];
  /**
   * `NAME=value` for the predefined proxy arguments (`HTTP_PROXY`, `http_proxy`,
   * …): the program sees them, but they are never part of a key, because another
   * proxy gives the same files.
   */
  readonly proxyEnv?: readonly string[];
  /** Default: the executor's choice. */
  readonly hostname?: string;
  /** Lines for the program's `/etc/hosts`. */
  readonly extraHosts?: readonly ExtraHost[];
  readonly cwd: string;
  /** `user[:group]`, names or numbers, looked up in the filesystem. */
  readonly user: string;
  readonly mounts: readonly ExecMount[];
  /** What the Dockerfile asks for; the administrator's network mode is the other half. */
  readonly network: 'default' | 'none' | 'host';
  readonly security: 'sandbox' | 'insecure';
  readonly platform: Platform;
}

/** A name that a `RUN` step can look up. @public */
export interface ExtraHost {
  readonly host: string;
  readonly address: string;
}

/** `RUN --mount`. @public */
export type ExecMount =
  | {
      readonly type: 'bind';
      readonly target: string;
      /** Index into the vertex' inputs. */
      readonly input: number;
      /** Path inside that tree. */
      readonly source: string;
      /** When true, writes are allowed and thrown away. */
      readonly writable: boolean;
    }
  | {
      readonly type: 'cache';
      readonly target: string;
      readonly id: string;
      readonly sharing: 'shared' | 'private' | 'locked';
      readonly readonly: boolean;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
      /** Index of the input that fills an empty cache. */
      readonly input?: number;
      readonly source: string;
    }
  | { readonly type: 'tmpfs'; readonly target: string; readonly size?: number }
  | {
      readonly type: 'secret';
      readonly id: string;
      /** Absent when the secret is only given as a variable. */
      readonly target?: string;
      readonly env?: string;
      readonly required: boolean;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
    }
  | {
      readonly type: 'ssh';
      readonly id: string;
      readonly target: string;
      readonly required: boolean;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
    };

/**
 * Copies files of a tree (input 1) into a filesystem (input 0), as `COPY` and
 * `ADD` do. With `link` the result does not depend on input 0's content.
 *
 * @public
 */
export interface CopyOperation {
  readonly kind: 'copy';
  /** Paths in input 1, with wildcards of the Dockerfile reference unless `literal`. */
  readonly sources: readonly string[];
  /** True when no source is a pattern (heredocs, http). */
  readonly literal: boolean;
  /** Absolute; ends in `/` when the author wrote a directory. */
  readonly destination: string;
  /** `user[:group]`, looked up in the filesystem; default 0:0, or for `COPY --from` what the source has. */
  readonly chown?: string;
  /** Octal number as text, or symbolic (`u=rwX,go=rX`). */
  readonly chmod?: string;
  /** Patterns as in `.dockerignore`. */
  readonly exclude: readonly string[];
  /** Keep the source's parent folders, from `/./` on where that stands. */
  readonly parents: boolean;
  readonly link: boolean;
  /** Unpack local tar archives (`ADD`), or not (`COPY`). */
  readonly unpack: boolean;
  /** Owners come from the tree (`--from`), or are 0:0 (context, http, git). */
  readonly keepOwners: boolean;
  /**
   * More sources of the same instruction that come from other trees (`ADD a.txt
   * https://… /dir/`, `COPY a <<EOF /dir/`). They are copied after
   * {@link CopyOperation.sources}, in order, with the same destination, owner,
   * mode and exclusions, and everything becomes one layer.
   */
  readonly more?: readonly CopySource[];
}

/** See {@link CopyOperation.more}. The fields mean what they mean there. @public */
export interface CopySource {
  /** Index into the vertex' inputs, 2 or higher. */
  readonly input: number;
  readonly sources: readonly string[];
  readonly literal: boolean;
  readonly parents: boolean;
  readonly unpack: boolean;
  readonly keepOwners: boolean;
}

/** Makes a directory and its parents where they are missing (`WORKDIR`). Input 0 is the filesystem. @public */
export interface MakeDirectoryOperation {
  readonly kind: 'makeDirectory';
  readonly path: string;
  readonly mode: number;
  /** `user[:group]` that owns what is made. */
  readonly user: string;
}
