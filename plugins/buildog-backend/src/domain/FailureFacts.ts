import type { BuildErrorCause } from '@buildog/plugin-buildog-node';

/**
 * What an attempt's logs say about its failure. Written by whoever wrote the
 * Dockerfile, except for the positions, which come from `init`.
 */
export interface FailureFacts {
  /** The Dockerfile step that was running when the build ended. */
  step?: {
    number: number;
    /** First line in the Dockerfile, when `init` listed the steps. */
    line?: number;
    instruction: string;
  };
  /** The builder's own last words, shortened. */
  error?: { message: string; cause?: BuildErrorCause };
  /** The builder could not make a user namespace: a seccomp profile forbids it. */
  seccompRefused: boolean;
}
