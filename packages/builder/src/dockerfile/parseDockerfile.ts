import { BuilderError } from '../errors/BuilderError';
import type { Dockerfile, Stage } from './Dockerfile';
import type {
  ArgInstruction,
  Instruction,
  StageInstruction,
} from './Instruction';
import { parseInstruction } from './parser/parseInstruction';
import { readStatements } from './parser/readStatements';
import { statementError } from './parser/statementError';

/** How {@link parseDockerfile} names what it reads. @public */
export interface ParseDockerfileOptions {
  /** File as people know it; errors and positions carry it. */
  readonly file: string;
}

/**
 * Reads a Dockerfile (Dockerfile reference 1.20, the grammar of BuildKit 0.26).
 * Nothing is expanded and nothing outside of the text is looked at. Any text
 * ends in a result or an error, in time linear in its size.
 *
 * @throws BuilderError `validation` that names file, line and instruction
 * @public
 */
export function parseDockerfile(
  text: string | Uint8Array,
  options: ParseDockerfileOptions,
): Dockerfile {
  const { file } = options;
  const source =
    typeof text === 'string' ? text : new TextDecoder().decode(text);
  const { directives, statements, warnings } = readStatements(source, file);
  const globalArguments: ArgInstruction[] = [];
  const stages: (Stage & { instructions: StageInstruction[] })[] = [];
  for (const statement of statements) {
    const instruction = parseInstruction(statement, directives.escape);
    const stage = stages[stages.length - 1];
    if (instruction.kind === 'from') {
      stages.push({
        index: stages.length,
        from: instruction,
        instructions: [],
      });
    } else if (stage) stage.instructions.push(instruction);
    else if (instruction.kind === 'arg') globalArguments.push(instruction);
    else throw misplaced(instruction);
  }
  if (stages.length === 0) {
    throw new BuilderError(
      'validation',
      `${file}: no FROM instruction; a Dockerfile starts with FROM image, or FROM scratch`,
      { operation: 'parse', position: { file, line: 1, endLine: 1 } },
    );
  }
  return { file, directives, globalArguments, stages, warnings };
}

/**
 * Reads a trigger of a base image (`OnBuild`).
 *
 * @param place - the `FROM` that brought it: errors point there
 * @throws BuilderError `validation`
 */
export function parseTrigger(
  trigger: string,
  place: Instruction,
): StageInstruction {
  const { statements } = readStatements(trigger, place.position.file);
  const problem = (reason: string) =>
    statementError(
      { position: place.position, source: trigger },
      `the base image has an ONBUILD trigger that ${reason}`,
    );
  if (statements.length !== 1) throw problem('is not one instruction');
  const [statement] = statements;
  const instruction = parseInstruction(
    { ...statement, position: place.position },
    '\\',
  );
  if (instruction.kind === 'from' || instruction.kind === 'onbuild') {
    throw problem(`is ${instruction.name.toUpperCase()}`);
  }
  return instruction;
}

function misplaced(instruction: Instruction): BuilderError {
  return statementError(
    instruction,
    `${instruction.name.toUpperCase()} stands before the first FROM; only ARG can`,
  );
}
