import type { CopySource, Vertex } from '../../graph/Operation';

/** Files of one tree that `ADD` or `COPY` copies. */
export interface SourcePart extends Omit<CopySource, 'input'> {
  readonly tree: Vertex;
}
