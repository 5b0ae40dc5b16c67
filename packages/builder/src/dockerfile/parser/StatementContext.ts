import type { SourcePosition } from '../../errors/BuilderError';
import type { Statement } from './readStatements';

/** What the reader of an instruction gets. */
export interface StatementContext {
  readonly statement: Statement;
  readonly escape: '\\' | '`';
  /** The fields that every instruction has. */
  readonly base: {
    readonly position: SourcePosition;
    readonly name: string;
    readonly source: string;
  };
}
