import { open, watch } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { AttemptRef } from '@buildog/plugin-buildog-node';
import { readAttempt } from './observeAttempt';
import type { AttemptFacts } from './observeAttempt';
import type { AttemptFolder } from './state/AttemptFolder';

const CHUNK_BYTES = 64 * 1024;
/** How soon something is noticed that no event tells of. */
const LOOK_AGAIN_MS = 500;
const NEWLINE = 0x0a;

/** What {@link followStepLog} needs. */
export interface FollowStepLogOptions {
  folder: AttemptFolder;
  attempt: AttemptRef;
  step: string;
  since?: Date;
  signal: AbortSignal;
}

/**
 * The bytes of a step's log as they are written, from the first line that is
 * not older than `since`. Ends when the step has, or never will begin.
 */
export async function* followStepLog(
  options: FollowStepLogOptions,
): AsyncGenerator<Uint8Array> {
  const { folder, attempt, step, since, signal } = options;
  const bell = new Bell(folder.step(step), signal);
  let file: FileHandle | undefined;
  let offset = 0;
  const skip = since && new LineSkipper(since);
  try {
    for (;;) {
      signal.throwIfAborted();
      // Before the read: what came until the end is then in the file.
      const facts = await readAttempt(folder, attempt);
      file ??= await open(folder.step(step, 'log')).catch(() => undefined);
      for (;;) {
        const chunk = file && (await readAt(file, offset));
        if (!chunk) break;
        offset += chunk.length;
        const wanted = skip ? skip.after(chunk) : chunk;
        if (wanted.length > 0) yield wanted;
        signal.throwIfAborted();
      }
      if (!facts || isOver(facts, step)) return;
      await bell.rung();
    }
  } finally {
    bell.close();
    await file?.close();
  }
}

/** Whether no more of a step's output can come. */
function isOver({ status, lost }: AttemptFacts, name: string): boolean {
  const step = status.steps.find(each => each.name === name);
  return (
    lost ||
    step === undefined ||
    step.state === 'Terminated' ||
    status.finished !== undefined
  );
}

async function readAt(
  file: FileHandle,
  offset: number,
): Promise<Buffer | undefined> {
  const buffer = Buffer.alloc(CHUNK_BYTES);
  const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, offset);
  return bytesRead > 0 ? buffer.subarray(0, bytesRead) : undefined;
}

/** Leaves out the lines before a time; times in a log never go back. */
class LineSkipper {
  private readonly since: string;
  private rest: Buffer = Buffer.alloc(0);
  private found = false;

  constructor(since: Date) {
    // Whole seconds, as the kubelet compares them.
    this.since = since.toISOString().slice(0, 19);
  }

  after(chunk: Buffer): Buffer {
    if (this.found) return chunk;
    let text = Buffer.concat([this.rest, chunk]);
    while (text.length >= this.since.length) {
      if (text.toString('latin1', 0, this.since.length) >= this.since) {
        this.found = true;
        return text;
      }
      const end = text.indexOf(NEWLINE);
      if (end < 0) break;
      text = text.subarray(end + 1);
    }
    this.rest = text;
    return Buffer.alloc(0);
  }
}

/** Rings when something in a folder changes, and now and then by itself. */
class Bell {
  private readonly stop = new AbortController();
  private isRung = false;
  private wake: () => void = () => undefined;

  constructor(folder: string, signal: AbortSignal) {
    signal.addEventListener('abort', () => this.wake(), {
      once: true,
      signal: this.stop.signal,
    });
    this.listen(folder).catch(() => undefined);
  }

  async rung(): Promise<void> {
    if (!this.isRung) {
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, LOOK_AGAIN_MS);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.isRung = false;
  }

  close(): void {
    this.stop.abort();
    this.wake();
  }

  private async listen(folder: string): Promise<void> {
    for await (const _ of watch(folder, { signal: this.stop.signal })) {
      this.isRung = true;
      this.wake();
    }
  }
}
