import type {
  BuildErrorCause,
  BuildLogEvent,
  BuildLogParser,
} from '@buildog/plugin-buildog-node';

const INSTRUCTION =
  /^(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)(\s|$)/;
const STAGE = /^Building stage '(.*)' \[idx: '\d+', base-idx: '-?\d+'\]$/;
const TEXT_LINE = /^time="[^"]*" level=([a-z]+) msg=("(?:[^"\\]|\\.)*"|\S*)$/;
const MAX_LINE = 65_536;
const MAX_MESSAGE = 500;

/** What follows these words in the last line says why the executor gave up. */
const GIVING_UP =
  /^(?:error (?:building image|pushing image|resolving [a-z ]+|checking push permissions|changing to root dir)|cache flags invalid|Error): /;

const CAUSES: [RegExp, BuildErrorCause][] = [
  [
    /dockerfile parse error|parsing dockerfile|finding target stage|please provide a valid path to a Dockerfile|is not a valid target|failed to parse stage/i,
    'DockerfileInvalid',
  ],
  [
    /failed to execute command: (?:waiting for process to exit|starting command)/,
    'StepFailed',
  ],
  [
    /TOOMANYREQUESTS|\b429 Too Many Requests|rate limit/i,
    'RegistryRateLimited',
  ],
  [
    /UNAUTHORIZED|DENIED|\b40[13] (?:Unauthorized|Forbidden)/,
    'BaseImageDenied',
  ],
  [
    /MANIFEST_UNKNOWN|NAME_UNKNOWN|NAME_INVALID|unexpected status code 404|no child with platform/,
    'BaseImageNotFound',
  ],
  [
    /dial tcp|i\/o timeout|connection re(?:fused|set)|no such host|x509:|tls:|TLS handshake|unexpected status code 5\d\d|server gave HTTP response/,
    'RegistryUnreachable',
  ],
  [/failed to (?:execute command|get files used from context)/, 'StepFailed'],
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
    const reason = GIVING_UP.exec(text);
    if (reason) return failure(text, text.slice(reason[0].length));
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
    return undefined;
  }
  const text = TEXT_LINE.exec(line);
  if (!text) return undefined;
  const message = text[2].startsWith('"') ? parseJson(text[2]) : text[2];
  return {
    level: text[1],
    message: typeof message === 'string' ? message : text[2],
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
