import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentError, systemCode } from '../../program';

const INTERVAL_MILLISECONDS = 300;

/**
 * Counts what several downloads may take together. git has no limit of its
 * own for a fetch, so the growing files are measured while it runs.
 */
export class SizeWatch {
  #used = 0;
  private constructor(readonly limitBytes: number) {}

  static create(limitBytes: number): SizeWatch {
    return new SizeWatch(limitBytes);
  }

  /** Bytes of the downloads that have ended. */
  get used(): number {
    return this.#used;
  }

  /**
   * Runs `work` with a signal that aborts when `directory` outgrows what is
   * left, and counts what lies there in the end.
   *
   * @throws AgentError `SourceTooLarge`
   */
  async during<T>(
    directory: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const before = await directorySize(directory);
    const tooLarge = new AbortController();
    const check = async () => {
      const size = (await directorySize(directory)) - before;
      if (this.#used + size > this.limitBytes) tooLarge.abort(this.#error());
      return size;
    };
    let checking = false;
    const timer = setInterval(() => {
      if (checking) return;
      checking = true;
      check()
        .catch(() => undefined) // the last check, below, reports
        .finally(() => {
          checking = false;
        });
    }, INTERVAL_MILLISECONDS);
    try {
      const result = await work(AbortSignal.any([signal, tooLarge.signal]));
      this.#used += await check();
      tooLarge.signal.throwIfAborted();
      return result;
    } finally {
      clearInterval(timer);
    }
  }

  #error(): AgentError {
    return new AgentError(
      'SourceTooLarge',
      `The source is larger than ${this.limitBytes} bytes as it is downloaded: make it smaller, fetch less history, or raise the limit.`,
    );
  }
}

/** Bytes of all files below a directory; files that vanish count nothing. */
export async function directorySize(directory: string): Promise<number> {
  let total = 0;
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    for (const entry of entries) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) total += await directorySize(path);
      else total += (await stat(path)).size;
    }
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  return total;
}
