/**
 * What a line of a builder's output means.
 * @public
 */
export type BuildLogEvent =
  /** A Dockerfile instruction begins; with `cached`, it came from the cache at once. */
  | { type: 'step'; instruction: string; cached?: boolean }
  /** The instruction that began last came from the cache. */
  | { type: 'cached' }
  /**
   * The builder gave up. `message` is shortened and is not trusted.
   * `atNextStep`: the failing instruction is the one after the last `step`,
   * because this builder announces an instruction only once it can begin.
   * `line`: where the failing instruction stands in the Dockerfile, for
   * builders that say so; it wins over the step that began last.
   */
  | {
      type: 'error';
      message: string;
      cause?: BuildErrorCause;
      atNextStep?: boolean;
      line?: number;
    }
  /** Ordinary output; `text` is what people should read. */
  | { type: 'output'; text: string };

/**
 * Causes a parser may recognise; the controller turns them into reasons.
 * @public
 */
export type BuildErrorCause =
  | 'StepFailed'
  | 'DockerfileInvalid'
  | 'BaseImageNotFound'
  | 'BaseImageDenied'
  | 'RegistryRateLimited'
  | 'RegistryUnreachable';

/**
 * Reads a builder's log line by line. Stateful, single use, never throws:
 * the lines are written by whoever wrote the Dockerfile.
 * @public
 */
export interface BuildLogParser {
  /** One line without its timestamp and line end. */
  readLine(line: string): BuildLogEvent;
}
