import type { Platform } from '@buildog/oci';
import { BuilderError } from '../errors/BuilderError';
import type { Dockerfile, DockerfileWarning } from '../dockerfile/Dockerfile';
import type { Instruction } from '../dockerfile/Instruction';
import { limits } from '../dockerfile/parser/limits';
import type { Vertex } from '../graph/Operation';
import type { Environment } from './Environment';
import type { GraphOptions } from './GraphOptions';

/** What all stages of one image share while it is planned. */
export interface PlanScope {
  readonly dockerfile: Dockerfile;
  readonly options: GraphOptions;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly target: Platform;
  readonly build: Platform;
  /** Predefined and global arguments, with their values. */
  readonly globals: Environment;
  readonly several: boolean;
  /** `NAME=value` of the proxy arguments that were given. */
  readonly proxyEnv: readonly string[];
  readonly hostname?: string;
  readonly epoch?: number;
  /** One vertex for each context, however many steps use it. */
  readonly contexts: Map<string, Vertex>;
  /** The message is made only when there is room for another warning. */
  warn(code: string, place: Instruction, message: () => string): void;
  /** Counts what instructions expand to; fails when it is too much. */
  spend(characters: number): void;
}

/** Counts up to a limit. */
export function createBudget(): (characters: number) => void {
  let spent = 0;
  return characters => {
    spent += characters;
    if (spent > limits.planLength) {
      throw new BuilderError(
        'validation',
        `the instructions expand to more than ${limits.planLength} characters together`,
        { operation: 'plan' },
      );
    }
  };
}

/** More than anybody reads. */
const mostWarnings = 1000;

/** Collects warnings, each one once, in the order of the file. */
export class WarningList {
  readonly #warnings = new Map<string, DockerfileWarning>();

  /** Further warnings are dropped. */
  get full(): boolean {
    return this.#warnings.size >= mostWarnings;
  }

  add(warning: DockerfileWarning): void {
    if (this.full) return;
    const { code, message, position } = warning;
    this.#warnings.set(`${code} ${position.line} ${message}`, warning);
  }

  list(): DockerfileWarning[] {
    return [...this.#warnings.values()].sort(
      (left, right) => left.position.line - right.position.line,
    );
  }
}
