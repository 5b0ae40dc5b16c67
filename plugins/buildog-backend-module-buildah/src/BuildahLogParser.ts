import type {
  BuildErrorCause,
  BuildLogEvent,
  BuildLogParser,
} from '@buildog/plugin-buildog-node';

const STEP = /^(?:\[\d+\/\d+\] )?STEP \d+(?:\/\d+)?: (\S.*)$/;
const CACHED = /^--> (?:Using cache|Cache pulled) /;
/** buildah's own line about a warning or error; there may be many. */
const NOTE = /^time="[^"]*" level=([a-z]+) msg=("(?:[^"\\]|\\.)*"|\S*)$/;
const MAX_LINE = 65_536;
const MAX_MESSAGE = 500;

/**
 * Beginnings of buildah's last line. A line of a RUN step that merely begins
 * with `Error:` is none.
 */
const GIVING_UP =
  /^Error: (?=building at STEP "|creating build container: |committing container |The target "|stat \/|no contents in "|unknown flag|invalid |error |unable to |reading |writing |determining |checking |.*: copying |.*unshare)/;

/** Asked in this order: what is quoted from the Dockerfile comes last. */
const CAUSES: [RegExp, BuildErrorCause][] = [
  [
    /^(?:The target ".*" was not found|no contents in "|stat \/|building at STEP "[^"]*": Build error: )/,
    'DockerfileInvalid',
  ],
  [/^building at STEP "/, 'StepFailed'],
  [/toomanyrequests|429 Too Many Requests/, 'RegistryRateLimited'],
  [
    /unauthorized|authentication required|: denied|requested access to the resource is denied|40[13] (?:Unauthorized|Forbidden)/,
    'BaseImageDenied',
  ],
  [
    /manifest unknown|name unknown|name invalid|404 Not Found|short-name ".*" did not resolve|no image found in (?:manifest list|image index)/,
    'BaseImageNotFound',
  ],
  [/^creating build container: .*docker:\/\//, 'RegistryUnreachable'],
];

/**
 * Reads the output of `buildah bud`. A RUN step can print lines that look
 * like buildah's: what is read here is never trusted.
 */
export class BuildahLogParser implements BuildLogParser {
  readLine(line: string): BuildLogEvent {
    const text = line.length > MAX_LINE ? line.slice(0, MAX_LINE) : line;
    const step = STEP.exec(text);
    if (step) return { type: 'step', instruction: step[1] };
    if (CACHED.test(text)) return { type: 'cached' };
    const words = GIVING_UP.exec(text)?.[0];
    if (words) return failure(text, text.slice(words.length));
    const note = NOTE.exec(text);
    if (note)
      return { type: 'output', text: `${note[1]}: ${unquote(note[2])}` };
    return { type: 'output', text };
  }
}

function unquote(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}

function failure(text: string, reason: string): BuildLogEvent {
  const cause = CAUSES.find(([pattern]) => pattern.test(reason))?.[1];
  return {
    type: 'error',
    message: text.slice(0, MAX_MESSAGE),
    ...(cause && { cause }),
  };
}
