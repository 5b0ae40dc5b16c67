import type {
  Attempt,
  BuildogApi,
  LogStreamInfo,
} from '@buildog/plugin-buildog-common';
import { isTerminalAttemptPhase } from '@buildog/plugin-buildog-common';
import type { LogDocument } from './LogDocument';

/** Milliseconds between two looks at what an attempt that ended left behind. */
const SETTLE_INTERVAL = 1000;

/** Milliseconds of taking in a log after which the page may do other things. */
const READING_SLICE = 25;

/** Containers whose output is ours, not the build's. */
const HIDDEN = new Set(['sidecar', 'proxy']);

/** How far the reading is. */
export interface LogStatus {
  /** No more lines will come. */
  complete: boolean;
  /** Containers whose stream hit its cap; what came later was dropped. */
  truncated: string[];
  /** When the connection was lost; absent again once bytes come. */
  lostAt?: Date;
  error?: Error;
}

/** What a {@link LogReader} needs. */
export interface LogReaderOptions {
  api: Pick<BuildogApi, 'streamLog' | 'listLogStreams'>;
  buildId: string;
  attemptId: string;
  document: LogDocument;
  onStatus: (status: LogStatus) => void;
}

/**
 * Reads the streams of an attempt into a document, live. A container's stream
 * is opened when the one before has ended or the container has started, so
 * that lines keep their numbers and usually one connection is open. A stream
 * that nobody will write any more (its container never ran, or its end was
 * lost) is given up once the attempt has ended.
 */
export class LogReader {
  private readonly stopped = new AbortController();
  private readonly started = new Set<string>();
  private readonly ended = new Set<string>();
  private readonly truncated: string[] = [];
  private attempt?: Attempt;
  private buildEnded = false;
  private lostAt?: Date;
  private error?: Error;

  constructor(private readonly options: LogReaderOptions) {}

  /** Tells the reader how the attempt stands now; the first call starts it. */
  update(attempt: Attempt, buildEnded: boolean): void {
    this.attempt = attempt;
    this.buildEnded = buildEnded;
    this.advance();
  }

  /** Closes every connection. Nothing is reported afterwards. */
  stop(): void {
    this.stopped.abort();
  }

  private get containers() {
    return (this.attempt?.containers ?? []).filter(c => !HIDDEN.has(c.name));
  }

  private advance(): void {
    let previous: string | undefined;
    for (const { name, state } of this.containers) {
      const due =
        previous === undefined ||
        this.ended.has(previous) ||
        state !== 'Waiting';
      if (!due) {
        return;
      }
      if (!this.started.has(name)) {
        this.started.add(name);
        this.options.document.add(name);
        this.read(name);
      }
      previous = name;
    }
  }

  private async read(container: string): Promise<void> {
    const given = new AbortController();
    const giveUp = () => given.abort();
    this.stopped.signal.addEventListener('abort', giveUp);
    const guard = this.giveUpWhenSettled(container, given);
    try {
      await this.readToEnd(container, given.signal);
    } catch (error) {
      this.error = error as Error;
    } finally {
      guard();
      this.stopped.signal.removeEventListener('abort', giveUp);
    }
    this.ended.add(container);
    this.report();
    if (!this.error && !this.stopped.signal.aborted) {
      this.advance();
    }
  }

  private async readToEnd(container: string, signal: AbortSignal) {
    const { api, buildId, attemptId, document } = this.options;
    let breathed = Date.now();
    while (!signal.aborted) {
      const offset = document.buffer(container)?.size ?? 0;
      const events = api.streamLog(
        { buildId, attemptId, container, offset },
        { signal, onReconnect: at => this.lost(at) },
      );
      for await (const event of events) {
        if (this.lostAt) {
          this.lost(undefined);
        }
        if (event.type === 'complete') {
          if (event.truncated) {
            this.truncated.push(container);
          }
          return;
        }
        if (signal.aborted || !document.append(event)) {
          break; // After a gap, ask again from where we are.
        }
        if (Date.now() - breathed > READING_SLICE) {
          await new Promise(resolve => setTimeout(resolve));
          breathed = Date.now();
        }
      }
    }
  }

  private lost(at: Date | undefined): void {
    this.lostAt = at;
    this.report();
  }

  /** @returns a function that ends the watching. */
  private giveUpWhenSettled(container: string, given: AbortController) {
    const { api, buildId, attemptId, document } = this.options;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      if (this.attempt && isTerminalAttemptPhase(this.attempt.phase)) {
        // Unknown is no reason to give up: the next look may know more.
        const streams = await api.listLogStreams(buildId, attemptId).then(
          response => response.streams,
          () => undefined,
        );
        const info = streams?.find(s => s.container === container);
        if (streams && this.isSettled(container, info)) {
          const size = document.buffer(container)?.size ?? 0;
          if (!info || info.purged || size >= info.size) {
            given.abort();
          }
        }
      }
      if (!given.signal.aborted) {
        timer = setTimeout(look, SETTLE_INTERVAL);
      }
    };
    look();
    return () => {
      given.abort();
      clearTimeout(timer);
    };
  }

  private isSettled(container: string, info: LogStreamInfo | undefined) {
    if (this.buildEnded || info?.complete || info?.purged) {
      return true;
    }
    // What a container wrote last may still be on its way.
    const state = this.containers.find(c => c.name === container)?.state;
    return !info && state !== 'Terminated';
  }

  private report(): void {
    if (!this.stopped.signal.aborted) {
      this.options.onStatus({
        complete:
          this.containers.length > 0 &&
          this.containers.every(({ name }) => this.ended.has(name)),
        truncated: [...this.truncated],
        lostAt: this.lostAt,
        error: this.error,
      });
    }
  }
}
