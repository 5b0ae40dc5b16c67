import { DockerfileParser, From, type Instruction } from 'dockerfile-ast';
import { STEP_TEXT_LIMIT, type DockerfileStep } from '../../protocol';
import { AgentError, printable } from '../../program';

const known = new Set([
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
]);

/**
 * The instructions of a Dockerfile that a builder executes, in their order.
 * Continuation lines and heredocs belong to their instruction.
 *
 * @throws AgentError `DockerfileInvalid` with the line, when there is no
 * `FROM`, something other than `ARG` comes before it, or an instruction does
 * not exist. Everything else is for the builder to judge. A file with a
 * `# syntax=` directive may have instructions of its own.
 */
export function dockerfileSteps(text: string): DockerfileStep[] {
  const dockerfile = DockerfileParser.parse(text);
  const ownSyntax = dockerfile
    .getDirectives()
    .some(directive => directive.getName().toLowerCase() === 'syntax');
  const steps: DockerfileStep[] = [];
  let stage = -1;
  let stageStep = 0;
  let stageName: string | undefined;
  for (const instruction of dockerfile.getInstructions()) {
    const keyword = instruction.getKeyword().toUpperCase();
    const line = instruction.getRange().start.line + 1;
    if (!known.has(keyword) && !ownSyntax) {
      throw invalid(`unknown instruction ${printable(keyword, 40)}`, line);
    }
    if (instruction instanceof From) {
      stage += 1;
      stageStep = 0;
      stageName = instruction.getBuildStage() ?? undefined;
    } else if (stage < 0) {
      if (keyword === 'ARG') continue;
      throw invalid(`${printable(keyword, 40)} before the first FROM`, line);
    }
    stageStep += 1;
    steps.push({
      number: steps.length + 1,
      line,
      endLine: instruction.getRange().end.line + 1,
      stage,
      ...(stageName !== undefined && { stageName: printable(stageName, 100) }),
      stageStep,
      instruction: printable(keyword, 40),
      text: textOf(instruction),
    });
  }
  if (steps.length === 0) throw invalid('there is no FROM', 1);
  return steps;
}

function textOf(instruction: Instruction): string {
  const joined = instruction.getTextContent().replace(/\\[ \t]*\r?\n/g, ' ');
  return printable(joined, STEP_TEXT_LIMIT);
}

function invalid(what: string, line: number): AgentError {
  return new AgentError(
    'DockerfileInvalid',
    `The Dockerfile is not valid: line ${line}: ${what}.`,
    { line },
  );
}
