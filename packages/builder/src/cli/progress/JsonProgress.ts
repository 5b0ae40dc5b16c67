import { formatPlatform } from '@buildog/oci';
import type { BuilderError } from '../../errors/BuilderError';
import type { VertexLabel } from '../../graph/Operation';
import type { SolveEvent } from '../../solve/SolveEvent';
import type { Progress, Screen } from './Progress';

/**
 * One JSON object on each line (`--progress=json`); README.md has its schema.
 * Bytes of programs are base64, so that a log has them unchanged.
 */
export class JsonProgress implements Progress {
  constructor(
    private readonly screen: Screen,
    private readonly now: () => Date = () => new Date(),
  ) {}

  listen(event: SolveEvent): void {
    this.write(toLine(event));
  }

  /** The end of a build that failed. */
  failed(error: BuilderError, exitCode: number): void {
    this.write({ type: 'error', exitCode, error: describeError(error) });
  }

  /** The end of a build that succeeded. */
  succeeded(result: object): void {
    this.write({ type: 'result', result });
  }

  end(): void {
    // Each line stands for itself.
  }

  private write(line: object): void {
    const time = this.now().toISOString();
    this.screen.write(`${JSON.stringify({ v: 1, time, ...line })}\n`);
  }
}

function toLine(event: SolveEvent): object {
  switch (event.type) {
    case 'planned':
      return {
        type: 'planned',
        step: event.step,
        steps: event.steps,
        ...describeLabel(event.label),
      };
    case 'started':
    case 'finished':
    case 'cached':
      return {
        type: event.type,
        step: event.step,
        milliseconds: event.milliseconds,
      };
    case 'output': {
      const { type, step, stream, bytes } = event;
      return {
        type,
        step,
        stream,
        data: Buffer.from(bytes).toString('base64'),
      };
    }
    case 'failed': {
      const { type, step, milliseconds } = event;
      return { type, step, milliseconds, error: describeError(event.error) };
    }
    default:
      return event;
  }
}

function describeLabel({ title, stage, platform, position }: VertexLabel) {
  return {
    title,
    ...(stage !== undefined && { stage }),
    platform: formatPlatform(platform),
    ...(position && {
      file: position.file,
      line: position.line,
      endLine: position.endLine,
    }),
  };
}

function describeError({ kind, message, details }: BuilderError): object {
  return { kind, message, ...details };
}
