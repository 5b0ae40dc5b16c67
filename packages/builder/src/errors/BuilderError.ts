/**
 * What kind of thing went wrong, as a closed list. The exit code of the command
 * line and the recovery depend on it and on nothing else.
 *
 * | kind | meaning | recovery | exit code |
 * |---|---|---|---|
 * | `validation` | Dockerfile, context, option or configuration is wrong | none: a person has to change something | 2 |
 * | `execution` | a `RUN` step ended with another code than 0 | none | 3 |
 * | `registry` | a registry refused or failed | backoff, circuit breaker | 4 |
 * | `authentication` | a credential is missing or not accepted | the next credential source | 5 |
 * | `network` | no usable answer from a host | backoff, the next mirror | 6 |
 * | `manifest` | an image, index or config breaks the specification | none | 7 |
 * | `filesystem` | the machine's own files could not be read or written | none | 8 |
 * | `resource` | disk, memory, processes or time ran out | clean-up | 9 |
 * | `unsupported` | this machine or this builder can not do what was asked | none: the message says what to install or change | 10 |
 * | `cancelled` | the caller's `AbortSignal` fired | none | 130 |
 *
 * @public
 */
export type BuilderErrorKind =
  | 'validation'
  | 'execution'
  | 'registry'
  | 'authentication'
  | 'network'
  | 'manifest'
  | 'filesystem'
  | 'resource'
  | 'unsupported'
  | 'cancelled';

/** A place in a Dockerfile. @public */
export interface SourcePosition {
  /** File as the caller named it. */
  readonly file: string;
  /** One-based first line of the instruction. */
  readonly line: number;
  /** One-based last line of the instruction. */
  readonly endLine: number;
}

/** What a {@link BuilderError} knows besides its sentence. @public */
export interface BuilderErrorDetails {
  /** What was thrown below. Never holds a credential. */
  cause?: unknown;
  /** True when the same call may succeed later without a change. Default: false. */
  retryable?: boolean;
  /** Name or index of the stage. */
  stage?: string;
  /** As `os/architecture[/variant]`. */
  platform?: string;
  /** The step as its author wrote it, shortened; secrets are never part of it. */
  instruction?: string;
  /** Where that step stands. */
  position?: SourcePosition;
  /** What was being done: `source`, `exec`, `file`, `meta`, `pull`, `extract`, `layer`, `manifest`, `push`, … */
  operation?: string;
  /** Exit code of a `RUN` step. */
  exitCode?: number;
  /** Signal that ended a `RUN` step. */
  signal?: string;
}

/**
 * The only error this package throws on purpose. The message names what was
 * asked, the value and the remedy. Credentials, secret values and URL user info
 * are never part of it.
 *
 * @public
 */
export class BuilderError extends Error {
  readonly kind: BuilderErrorKind;
  readonly details: Readonly<Omit<BuilderErrorDetails, 'cause'>>;

  constructor(
    kind: BuilderErrorKind,
    message: string,
    details: BuilderErrorDetails = {},
  ) {
    const { cause, ...rest } = details;
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'BuilderError';
    this.kind = kind;
    this.details = rest;
  }

  /** True when the same call may succeed later without a change. */
  get retryable(): boolean {
    return this.details.retryable ?? false;
  }

  /** The same error with what a caller further up knows; what is set stays. */
  within(context: Omit<BuilderErrorDetails, 'cause'>): BuilderError {
    return new BuilderError(this.kind, this.message, {
      ...context,
      ...this.details,
      cause: this.cause,
    });
  }
}

/** True for a {@link BuilderError}, also of another copy of this package. @public */
export function isBuilderError(error: unknown): error is BuilderError {
  return error instanceof Error && error.name === 'BuilderError';
}
