import { BuilderError, type SourcePosition } from '../../errors/BuilderError';
import { summarize } from '../text/redact';

/** Where an error belongs to. */
export interface StatementPlace {
  readonly position: SourcePosition;
  /** The instruction as its author wrote it. */
  readonly source?: string;
}

/**
 * An error about an instruction. The message starts with `file:line:`, so that
 * it can be found without looking at {@link BuilderError.details}.
 */
export function statementError(
  place: StatementPlace,
  message: string,
  cause?: unknown,
): BuilderError {
  const { position, source } = place;
  return new BuilderError(
    'validation',
    `${position.file}:${position.line}: ${message}`,
    {
      position,
      operation: 'parse',
      ...(source ? { instruction: summarize(source) } : {}),
      ...(cause === undefined ? {} : { cause }),
    },
  );
}

/** Thrown by readers that do not know where their text stands; the caller adds the place. */
export class SyntaxProblem extends Error {
  readonly name = 'SyntaxProblem';
}

/** Runs a reader and gives its problems a place. */
export function at<T>(place: StatementPlace, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxProblem) {
      throw statementError(place, error.message);
    }
    throw error;
  }
}
