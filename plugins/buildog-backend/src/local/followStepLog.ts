import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { AttemptRef } from '@buildog/plugin-buildog-node';
import { FolderBell } from './follow/FolderBell';
import { LineSkipper } from './follow/LineSkipper';
import { readAttempt } from './observeAttempt';
import type { AttemptFacts } from './observeAttempt';
import type { AttemptFolder } from './state/AttemptFolder';

const CHUNK_BYTES = 64 * 1024;

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
  const bell = new FolderBell(folder.step(step), signal);
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
