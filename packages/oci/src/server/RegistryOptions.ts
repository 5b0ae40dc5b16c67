/**
 * Somebody who may use an embedded registry.
 *
 * @public
 */
export interface RegistryUser {
  /** Without a colon, which HTTP Basic authentication cannot carry. */
  readonly username: string;
  readonly password: string;
  /** What this user may do; `push` includes deleting. Default: `push`. */
  readonly access?: 'pull' | 'push';
}

/**
 * Where an embedded registry says what happens to it. Lines hold repository
 * paths and digests, never credentials.
 *
 * @public
 */
export interface RegistryLogger {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/**
 * How an embedded registry is run.
 *
 * @public
 */
export interface RegistryOptions {
  /** A directory of its own, made if absent. One process at a time. */
  readonly root: string;
  /** Address to listen on. Default: `127.0.0.1`. */
  readonly host?: string;
  /** Port; 0, the default, takes a free one. */
  readonly port?: number;
  /**
   * Who may use it. Without users everybody may do everything, which is
   * refused for any address but loopback.
   */
  readonly credentials?: readonly RegistryUser[];
  /** Lets everybody pull. Default: false. Pushing needs a user where there are any. */
  readonly anonymousPull?: boolean;
  readonly logger?: RegistryLogger;
  /** Ends the registry as `close` does. */
  readonly signal?: AbortSignal;
  /** Most bytes of one blob. Default: 64 GiB. */
  readonly maxBlobBytes?: number;
  /** Milliseconds after which an upload nobody goes on with is removed. Default: one day. */
  readonly uploadExpiryMs?: number;
}

/**
 * What a garbage collection is bound to.
 *
 * @public
 */
export interface GarbageOptions {
  /**
   * Milliseconds for which a blob that no manifest needs is kept since it was
   * pushed, mounted or last asked for with HEAD: clients push, or find, blobs
   * before the manifest that needs them. Default: one day.
   */
  readonly graceMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * What a garbage collection removed.
 *
 * @public
 */
export interface GarbageReport {
  /** Blobs that left one repository. */
  readonly unlinked: number;
  /** Contents that left the disk. */
  readonly removed: number;
  /** Their bytes. */
  readonly removedBytes: number;
}

/**
 * A running embedded registry.
 *
 * @public
 */
export interface EmbeddedRegistry {
  /** `http://127.0.0.1:5000`. */
  readonly url: string;
  /** `127.0.0.1:5000`, as image references begin with it. */
  readonly host: string;
  /**
   * Removes what no manifest needs. Manifests are never removed, tagged or
   * not. Safe at any time, pushes in progress included.
   */
  collectGarbage(options?: GarbageOptions): Promise<GarbageReport>;
  /**
   * Stops listening, breaks what is still being carried, and frees the root.
   * Broken uploads can be gone on with after the next start. Idempotent.
   */
  close(): Promise<void>;
}
