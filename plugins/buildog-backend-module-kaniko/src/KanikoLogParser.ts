import type {
  BuildErrorCause,
  BuildLogEvent,
  BuildLogParser,
} from '@buildog/plugin-buildog-node';

const INSTRUCTION =
  /^(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)(\s|$)/;
const STAGE = /^Building stage '(.*)' \[idx: '\d+', base-idx: '-?\d+'\]$/;
const TEXT_LINE = /^time="[^"]*" level=([a-z]+) msg=("(?:[^"\\]|\\.)*"|\S*)$/;
const CUT_LINE =
  /^\{"level":"([a-z]+)","msg":"((?:[^"\\]|\\(?:u[0-9a-f]{4}|[^u]))*)\\?u?[0-9a-f]{0,3}$/;
const MAX_LINE = 65_536;
const MAX_MESSAGE = 500;

/** The executor's last line; what follows the first words says why. */
const GIVING_UP =
  /^(?:Error: (?=error |cache flags invalid|you must provide|unknown flag|unknown shorthand|invalid argument|--))?(?:error (?:building image|pushing image|resolving [a-z ]+|checking push permissions|changing to root dir): |cache flags invalid: )?/;

/** Asked in this order: a registry's answer stands inside other words. */
const CAUSES: [RegExp, BuildErrorCause][] = [
  [
    /^(?:error resolving dockerfile path|parsing dockerfile|dockerfile parse error|error finding target stage|please provide a valid path to a Dockerfile|could not parse reference)/,
    'DockerfileInvalid',
  ],
  [
    /^error building stage: failed to (?:execute command|get files used from context)/,
    'StepFailed',
  ],
  [/TOOMANYREQUESTS|429 Too Many Requests/, 'RegistryRateLimited'],
  [
    /UNAUTHORIZED|DENIED|401 Unauthorized|403 Forbidden|unexpected status code 40[13]/,
    'BaseImageDenied',
  ],
  [
    /MANIFEST_UNKNOWN|NAME_UNKNOWN|NAME_INVALID|unexpected status code 404|no child with platform/,
    'BaseImageNotFound',
  ],
  [
    /unable to complete operation|failed to get filesystem from image/,
    'RegistryUnreachable',
  ],
];

/**
 * Reads the executor's log: its own lines as JSON (or as text, where an
 * administrator's image prints that), everything else as output of the RUN
 * step that is running. A RUN step can print lines that look like the
 * executor's: what is read here is never trusted.
 */
export class KanikoLogParser implements BuildLogParser {
  readLine(line: string): BuildLogEvent {
    const text = line.length > MAX_LINE ? line.slice(0, MAX_LINE) : line;
    const entry = readEntry(text);
    if (entry) return readMessage(entry.message, entry.level);
    const words = GIVING_UP.exec(text)?.[0] ?? '';
    if (words) return failure(text, text.slice(words.length));
    return { type: 'output', text };
  }
}

function readMessage(message: string, level: string): BuildLogEvent {
  if (level === 'fatal' || level === 'panic') return failure(message, message);
  if (level === 'info') {
    const stage = STAGE.exec(message);
    if (stage) return { type: 'step', instruction: `FROM ${stage[1]}` };
    if (INSTRUCTION.test(message)) {
      return { type: 'step', instruction: message };
    }
    if (message.startsWith('Found cached layer')) return { type: 'cached' };
  }
  const prefix = level === 'info' ? '' : `${level}: `;
  return { type: 'output', text: `${prefix}${message}` };
}

function failure(message: string, reason: string): BuildLogEvent {
  const cause = CAUSES.find(([pattern]) => pattern.test(reason))?.[1];
  return {
    type: 'error',
    message: message.slice(0, MAX_MESSAGE),
    ...(cause && { cause }),
    ...(reason.includes('failed to get files used from context') && {
      atNextStep: true,
    }),
  };
}

function readEntry(
  line: string,
): { level: string; message: string } | undefined {
  if (line.startsWith('{"')) {
    const value = parseJson(line);
    if (
      typeof value === 'object' &&
      value !== null &&
      'level' in value &&
      'msg' in value &&
      'time' in value &&
      typeof value.level === 'string' &&
      typeof value.msg === 'string'
    ) {
      return { level: value.level, message: value.msg };
    }
    return value === undefined ? readCutEntry(line) : undefined;
  }
  const text = TEXT_LINE.exec(line);
  if (!text) return undefined;
  const message = text[2].startsWith('"') ? parseJson(text[2]) : text[2];
  return {
    level: text[1],
    message: typeof message === 'string' ? message : text[2],
  };
}

/**
 * An entry whose end was cut off because it is too long, such as that of a
 * RUN with a big heredoc: what there is of its message.
 */
function readCutEntry(
  line: string,
): { level: string; message: string } | undefined {
  const entry = CUT_LINE.exec(line);
  const message = entry && parseJson(`"${entry[2]}"`);
  return entry && typeof message === 'string'
    ? { level: entry[1], message: `${message}…` }
    : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
