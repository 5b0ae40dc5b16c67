import type {
  BuildErrorCause,
  BuildLogEvent,
  BuildLogParser,
} from '@buildog/plugin-buildog-node';

const STEP =
  /^#\d+ (CACHED )?\[[^\]]{1,200}\] ((?:ADD|COPY|FROM|RUN|WORKDIR)\s.*)$/;
const OUTPUT = /^#\d+ (.*)$/;
/** Where the failure is: the head of the excerpt that comes before the error. */
const PLACE = /^\S[^:]*:(\d{1,7})(?:, .*)?$/;
const FAILURE =
  /^(validation|execution|registry|authentication|network|manifest|filesystem|resource|unsupported|cancelled) error: (.+)$/;
const MAX_LINE = 65_536;
const MAX_MESSAGE = 500;

/**
 * Reads the builder's plain progress. Every line that a RUN step prints comes
 * behind the number of its step, so that none can pass for the builder's own;
 * what is read here is not trusted all the same.
 */
export class OssbLogParser implements BuildLogParser {
  private line?: number;

  readLine(written: string): BuildLogEvent {
    const text =
      written.length > MAX_LINE ? written.slice(0, MAX_LINE) : written;
    const step = STEP.exec(text);
    if (step) {
      const [, cached, instruction] = step;
      return { type: 'step', instruction, ...(cached && { cached: true }) };
    }
    const output = OUTPUT.exec(text);
    if (output) return { type: 'output', text: output[1] };
    const place = PLACE.exec(text);
    if (place) this.line = Number(place[1]);
    const failure = FAILURE.exec(text);
    if (!failure) return { type: 'output', text };
    const [, kind, message] = failure;
    const cause = causeOf(kind, message);
    return {
      type: 'error',
      message: message.slice(0, MAX_MESSAGE),
      ...(cause && { cause }),
      ...(this.line !== undefined && { line: this.line }),
    };
  }
}

function causeOf(kind: string, message: string): BuildErrorCause | undefined {
  switch (kind) {
    case 'execution':
      return 'StepFailed';
    case 'validation':
      return 'DockerfileInvalid';
    case 'authentication':
      return 'BaseImageDenied';
    case 'network':
      return 'RegistryUnreachable';
    case 'registry':
      if (/\b429\b|too many requests|rate limit/i.test(message)) {
        return 'RegistryRateLimited';
      }
      return /\b404\b|not found|no such|does not have/i.test(message)
        ? 'BaseImageNotFound'
        : 'RegistryUnreachable';
    default:
      return undefined;
  }
}
