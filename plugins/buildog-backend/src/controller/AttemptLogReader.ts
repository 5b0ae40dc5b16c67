import { parseDockerfileEvent } from '@buildog/agent';
import type { BuildStep } from '@buildog/plugin-buildog-common';
import type { BuildLogParser, LogStore } from '@buildog/plugin-buildog-node';
import { isBuildContainer } from '../domain/containers';
import type { FailureFacts } from '../domain/FailureFacts';
import { LogLineReader } from '../domain/logLines';
import { StepTracker } from '../domain/steps';
import type { StepProgress } from '../domain/steps';

/** One read of the store. */
const CHUNK = 256 * 1024;

/** `init` is ours and short; what is beyond this is not looked at. */
const INIT_LIMIT = 1024 * 1024;

/** Most bytes of a build's log that are looked at for its steps. */
const BUILD_LIMIT = 256 * 1024 * 1024;

/** How an attempt's build ended, for the steps that were running then. */
export type StepEnd = 'Done' | 'Failed' | undefined;

/**
 * Follows the logs of one attempt through the store to know its Dockerfile
 * steps. Each `advance` reads only what is new, so looking often is cheap;
 * what it keeps is one line and the steps, however long the log is.
 */
export class AttemptLogReader {
  private tracker?: StepTracker;
  private readonly init = new LogLineReader();
  private readonly builds = new Map<string, LogLineReader>();
  private readonly parser: BuildLogParser;
  private advancing: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: LogStore,
    private readonly key: { buildId: string; attemptId: string },
    createParser: () => BuildLogParser,
  ) {
    this.parser = createParser();
  }

  /** Reads what was stored since. Concurrent calls follow each other. */
  async advance(): Promise<void> {
    const next = this.advancing.then(() => this.readOn());
    this.advancing = next.catch(() => {});
    return next;
  }

  /** The steps as far as they were read. */
  steps(end: StepEnd): BuildStep[] {
    return this.tracker?.list(end) ?? [];
  }

  progress(end: StepEnd): StepProgress | undefined {
    return this.tracker?.progress(end);
  }

  failure(): FailureFacts {
    return this.tracker?.failure() ?? { seccompRefused: false };
  }

  private async readOn(): Promise<void> {
    const streams = await this.store.list(this.key);
    const builds = streams.filter(({ container }) =>
      isBuildContainer(container),
    );
    if (!this.tracker) {
      const init = streams.find(({ container }) => container === 'init');
      const begun = init?.complete || builds.some(({ size }) => size > 0);
      await this.readInit(begun ?? false);
    }
    const { tracker } = this;
    if (!tracker) return;
    for (const { container, size } of builds) {
      const reader = this.builds.get(container) ?? new LogLineReader();
      this.builds.set(container, reader);
      await this.readStream(
        container,
        reader,
        Math.min(size, BUILD_LIMIT),
        line => {
          tracker.read(line, this.parser.readLine(line.text));
          return true;
        },
      );
    }
  }

  /** Looks for the list of steps; does without it once the build has begun. */
  private async readInit(begun: boolean): Promise<void> {
    await this.readStream('init', this.init, INIT_LIMIT, line => {
      const event = parseDockerfileEvent(line.text);
      if (event) this.tracker = new StepTracker(event.steps);
      return !event;
    });
    if (begun) this.tracker ??= new StepTracker();
  }

  private async readStream(
    container: string,
    reader: LogLineReader,
    limit: number,
    onLine: (line: ReturnType<LogLineReader['push']>[number]) => boolean,
  ): Promise<void> {
    while (reader.offset < limit) {
      const bytes = await this.store.read(
        { ...this.key, container },
        reader.offset,
        Math.min(CHUNK, limit - reader.offset),
      );
      if (bytes.length === 0) return;
      for (const line of reader.push(bytes)) {
        if (!onLine(line)) return;
      }
    }
  }
}
