import { RunnerError } from '../../runner/RunnerError';

const SECOND = 1_000_000_000n;

/** A line as the container wrote it, and when. */
interface WrittenLine {
  /** Nanoseconds since 1970. */
  time: bigint;
  text: Buffer;
}

interface Output {
  lines: WrittenLine[];
  /** Lines before this one were rotated away. */
  first: number;
  ended: boolean;
}

/** How reading goes wrong. */
export interface KubeletFaults {
  /** Called for each piece; `true` breaks the connection there. */
  drop?(): boolean;
  /** Most bytes of a piece. Default 4096. */
  pieceBytes?(): number;
}

/**
 * Serves the output of containers as the kubelet does with
 * `timestamps=true&follow=true`: whole lines, `sinceTime` in whole seconds,
 * lines of the same second again after a reconnect, nothing of a file that
 * was rotated away.
 * @public
 */
export class FakeKubelet {
  private readonly outputs = new Map<string, Output>();
  private readonly waiting = new Set<() => void>();
  faults: KubeletFaults = {};

  /** The container prints a line at a time (nanoseconds since 1970). */
  write(container: string, time: bigint, text: Uint8Array | string): void {
    this.output(container).lines.push({ time, text: Buffer.from(text) });
    this.wake();
  }

  /** The container ends; one that printed nothing may never have run. */
  end(container: string): void {
    this.output(container).ended = true;
    this.wake();
  }

  /** Only the last `lines` of the output can still be read. */
  rotate(container: string, lines: number): void {
    const output = this.output(container);
    output.first = Math.max(output.first, output.lines.length - lines);
  }

  /** Every byte the container ever printed, in the stored format. */
  produced(container: string): Buffer {
    return Buffer.concat(this.output(container).lines.map(format));
  }

  /** As `Runner.followLog`; a `reliable` connection never breaks. */
  async *follow(
    container: string,
    options: { since?: Date; signal: AbortSignal; reliable?: boolean },
  ): AsyncGenerator<Uint8Array> {
    const { since, signal, reliable = false } = options;
    const output = this.output(container);
    const from = BigInt(Math.floor((since?.getTime() ?? 0) / 1000)) * SECOND;
    for (let next = output.first; ; ) {
      signal.throwIfAborted();
      if (next < output.lines.length) {
        const line = output.lines[next];
        next += 1;
        if (line.time >= from) yield* this.pieces(format(line), reliable);
      } else if (output.ended) {
        return;
      } else {
        await this.change(signal);
      }
    }
  }

  private *pieces(bytes: Buffer, reliable: boolean): Generator<Uint8Array> {
    for (let start = 0; start < bytes.length; ) {
      if (!reliable && this.faults.drop?.()) {
        throw new RunnerError('Unreachable', 'connection reset', {
          retryable: true,
          retryAfterMs: 1,
        });
      }
      const end = start + Math.max(1, this.faults.pieceBytes?.() ?? 4096);
      yield bytes.subarray(start, end);
      start = end;
    }
  }

  private output(container: string): Output {
    const known = this.outputs.get(container);
    if (known) return known;
    const made = { lines: [], first: 0, ended: false };
    this.outputs.set(container, made);
    return made;
  }

  private async change(signal: AbortSignal): Promise<void> {
    await new Promise<void>(resolve => {
      const wake = () => {
        this.waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  private wake(): void {
    for (const wake of [...this.waiting]) wake();
  }
}

function format({ time, text }: WrittenLine): Buffer {
  const whole = new Date(Number(time / 1_000_000n)).toISOString().slice(0, 19);
  const nanoseconds = String(time % SECOND).padStart(9, '0');
  return Buffer.concat([
    Buffer.from(`${whole}.${nanoseconds}Z `),
    text,
    Buffer.from('\n'),
  ]);
}
