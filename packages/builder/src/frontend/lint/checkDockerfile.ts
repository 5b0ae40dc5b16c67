import type { Dockerfile } from '../../dockerfile/Dockerfile';
import type { Instruction } from '../../dockerfile/Instruction';
import { quote } from '../../dockerfile/text/redact';

type Warn = (code: string, place: Instruction, message: () => string) => void;

/** Warns of what can be seen without evaluating anything. */
export function checkDockerfile(dockerfile: Dockerfile, warn: Warn): void {
  checkStageNames(dockerfile, warn);
  checkCasing(dockerfile, warn);
  for (const stage of dockerfile.stages) {
    for (const instruction of stage.instructions) {
      if (instruction.kind !== 'maintainer') continue;
      warn(
        'MaintainerDeprecated',
        instruction,
        () =>
          'MAINTAINER is the old way to name an author; use LABEL org.opencontainers.image.authors=…',
      );
    }
  }
}

function checkStageNames(dockerfile: Dockerfile, warn: Warn): void {
  const names = new Set<string>();
  for (const { from } of dockerfile.stages) {
    const { stage, naming, name } = from;
    if (stage === undefined || !naming) continue;
    if (naming.stage !== stage) {
      warn(
        'StageNameCasing',
        from,
        () =>
          `the name of the stage ${quote(
            naming.stage,
          )} should be in lower case`,
      );
    }
    if (isUpper(name) !== isUpper(naming.keyword) && isUniform(name)) {
      warn(
        'FromAsCasing',
        from,
        () =>
          `${name} and ${naming.keyword} should be written in the same case`,
      );
    }
    if (stage === 'scratch' || stage === 'context') {
      warn(
        'ReservedStageName',
        from,
        () =>
          `${stage} means something else already; name the stage differently`,
      );
    }
    if (names.has(stage)) {
      warn(
        'DuplicateStageName',
        from,
        () =>
          `there is a stage ${stage} above already; only this one is found by its name`,
      );
    }
    names.add(stage);
  }
}

function checkCasing(dockerfile: Dockerfile, warn: Warn): void {
  const instructions = dockerfile.stages.flatMap((stage): Instruction[] => [
    stage.from,
    ...stage.instructions,
  ]);
  const uniform = instructions.filter(({ name }) => isUniform(name));
  const upper = uniform.filter(({ name }) => isUpper(name)).length;
  const wantUpper = upper >= uniform.length - upper;
  for (const instruction of instructions) {
    const { name } = instruction;
    const wanted = wantUpper ? name.toUpperCase() : name.toLowerCase();
    if (name === wanted) continue;
    warn(
      'ConsistentInstructionCasing',
      instruction,
      () => `${name} should be ${wanted}, as most instructions here are`,
    );
  }
}

function isUpper(name: string): boolean {
  return name === name.toUpperCase();
}

function isUniform(name: string): boolean {
  return isUpper(name) || name === name.toLowerCase();
}
