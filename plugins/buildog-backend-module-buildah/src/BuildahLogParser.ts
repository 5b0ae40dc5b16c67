import type {
  BuildErrorCause,
  BuildLogEvent,
  BuildLogParser,
} from '@buildog/plugin-buildog-node';

const STEP = /^(?:\[\d+\/\d+\] )?STEP \d+(?:\/\d+)?: (\S.*)$/;
const CACHED = /^--> (?:Using cache|Cache pulled) /;
const GIVING_UP = /^(?:Error: |error )(?=[a-z])/;
const MAX_LINE = 65_536;
const MAX_MESSAGE = 500;

const CAUSES: [RegExp, BuildErrorCause][] = [
  [
    /error while running runtime|running `.*`?: exit status|while running runtime/s,
    'StepFailed',
  ],
];

/** Reads the output of `buildah bud`; never trusted, like every build log. */
export class BuildahLogParser implements BuildLogParser {
  readLine(line: string): BuildLogEvent {
    const text = line.length > MAX_LINE ? line.slice(0, MAX_LINE) : line;
    const step = STEP.exec(text);
    if (step) return { type: 'step', instruction: step[1] };
    if (CACHED.test(text)) return { type: 'cached' };
    if (GIVING_UP.test(text)) return failure(text);
    return { type: 'output', text };
  }
}

function failure(text: string): BuildLogEvent {
  const cause = CAUSES.find(([pattern]) => pattern.test(text))?.[1];
  return {
    type: 'error',
    message: text.slice(0, MAX_MESSAGE),
    ...(cause && { cause }),
  };
}
