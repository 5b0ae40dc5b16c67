import type { SourcePosition } from '../errors/BuilderError';
import type {
  ArgInstruction,
  FromInstruction,
  StageInstruction,
} from './Instruction';

/** `# name=value` at the top. @public */
export interface Directives {
  /** Name of the front end that the author wants. We are the front end, whatever it says. */
  readonly syntax?: string;
  readonly escape: '\\' | '`';
  /** `skip=…;error=true`. */
  readonly check?: string;
}

/** `FROM` and everything up to the next one. @public */
export interface Stage {
  /** Zero-based. */
  readonly index: number;
  readonly from: FromInstruction;
  readonly instructions: readonly StageInstruction[];
}

/** Something that works, but probably not as its author thinks. @public */
export interface DockerfileWarning {
  /** BuildKit's name of the check, or ours where it has none. */
  readonly code: string;
  readonly message: string;
  readonly position: SourcePosition;
}

/** A Dockerfile, read but not evaluated. @public */
export interface Dockerfile {
  readonly file: string;
  readonly directives: Directives;
  /** `ARG`s before the first `FROM`. */
  readonly globalArguments: readonly ArgInstruction[];
  /** At least one. */
  readonly stages: readonly Stage[];
  readonly warnings: readonly DockerfileWarning[];
}
