/**
 * The address of a piece of log: (attempt, container, byte offset). The bytes
 * are UTF-8 lines of `RFC3339Nano SPACE text LF`, as kubelet writes them with
 * `timestamps=true`; line numbers are an index over them.
 * @public
 */
export interface LogStreamKey {
  buildId: string;
  attemptId: string;
  container: string;
}

/**
 * What is known of one stream.
 * @public
 */
export interface LogStreamInfo {
  container: string;
  /** Bytes stored. */
  size: number;
  /** No more bytes will come. */
  complete: boolean;
  /** The stream hit its cap; what came later was dropped. */
  truncated: boolean;
  /** Removed by retention: the bytes are gone, the sizes are kept. */
  purged: boolean;
}
