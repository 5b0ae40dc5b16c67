import type { DockerfileStep } from '@buildog/agent';
import type { BuildStep } from '@buildog/plugin-buildog-common';
import type { BuildLogEvent } from '@buildog/plugin-buildog-node';
import type { FailureFacts } from './FailureFacts';
import type { LogLine } from './logLines';

/** How far a task is, for its cell. */
export interface StepProgress {
  totalSteps?: number;
  cachedSteps: number;
  completedSteps: number;
}

/** Steps kept when `init` listed none, whatever the log says. */
const STEP_LIMIT = 500;

const SECCOMP = /unshare\(CLONE_NEWUSER\): Operation not permitted/;

type Tracked = BuildStep & { stageNumber: number };

/**
 * Finds out from a builder's log where it is in the Dockerfile. `init` says
 * which steps there are and where they stand; the builder's lines say which
 * one began. Builders leave out steps (`FROM`, unused stages) and rewrite
 * texts, so a line is matched forward: by its text, else by its instruction.
 *
 * Feed it the lines of the build containers in order. No I/O, no clock.
 */
export class StepTracker {
  private readonly steps: Tracked[];
  private readonly listed: boolean;
  private current = -1;
  private error?: FailureFacts['error'];
  private seccompRefused = false;
  private lastAt?: string;

  /** @param dockerfile - the steps of `init`'s event, when there is one. */
  constructor(dockerfile: readonly DockerfileStep[] = []) {
    this.listed = dockerfile.length > 0;
    this.steps = dockerfile.map(step => ({
      number: step.number,
      line: step.line,
      instruction: step.text,
      stage: step.stageName ?? String(step.stage),
      stageNumber: step.stage,
      state: 'NotStarted',
    }));
  }

  /** One line and what the scheduler's parser made of it. */
  read(line: LogLine, event: BuildLogEvent): void {
    this.lastAt = line.at ?? this.lastAt;
    if (SECCOMP.test(line.text)) this.seccompRefused = true;
    if (event.type === 'step') {
      this.begin(event.instruction, line);
      if (event.cached) this.markCached();
      return;
    }
    if (event.type === 'error') {
      // Some builders announce an instruction only once it can begin.
      if (event.atNextStep && this.listed && !this.error) {
        this.start(this.current + 1, line);
      }
      if (event.line !== undefined && !this.error) this.goTo(event.line, line);
      // The first error is the cause, later ones wrap it.
      this.error ??= {
        message: event.message.slice(0, 1000),
        cause: event.cause,
      };
      this.error.cause ??= event.cause;
    }
    if (event.type === 'cached') this.markCached();
    const step = this.steps[this.current];
    if (step) step.endOffset = line.endOffset;
  }

  /**
   * The steps now.
   * @param end - how the build ended, once it has.
   */
  list(end?: 'Done' | 'Failed'): BuildStep[] {
    const seen = new Set(
      this.steps.filter(s => s.state !== 'NotStarted').map(s => s.stageNumber),
    );
    const reached = this.steps.findLastIndex(s => s.state !== 'NotStarted');
    return this.steps.map(({ stageNumber, ...step }, index) => {
      if (step.state === 'NotStarted') {
        const passed = index < reached || end === 'Done';
        if (passed) step.state = seen.has(stageNumber) ? 'Done' : 'Skipped';
      } else if (end && step.state === 'Running') {
        step.state = end;
      }
      if (end && index === this.current) step.finishedAt ??= this.lastAt;
      return step;
    });
  }

  /** Counts of the steps now. */
  progress(end?: 'Done' | 'Failed'): StepProgress {
    const steps = this.list(end);
    const cachedSteps = steps.filter(s => s.state === 'Cached').length;
    return {
      totalSteps: this.listed ? steps.length : undefined,
      cachedSteps,
      completedSteps:
        cachedSteps +
        steps.filter(s => s.state === 'Done' || s.state === 'Skipped').length,
    };
  }

  /** What the log says about a build that failed. */
  failure(): FailureFacts {
    const step = this.steps[this.current];
    return {
      step: step && {
        number: step.number,
        line: step.line,
        instruction: step.instruction,
      },
      error: this.error,
      seccompRefused: this.seccompRefused,
    };
  }

  private begin(instruction: string, line: LogLine): void {
    const next = this.listed ? this.match(instruction) : this.add(instruction);
    if (next >= 0) this.start(next, line);
  }

  private markCached(): void {
    const step = this.steps[this.current];
    if (step) step.state = 'Cached';
  }

  /** Steps of several stages may run at once: the one that failed need not be the last that began. */
  private goTo(dockerfileLine: number, line: LogLine): void {
    const index = this.steps.findIndex(step => step.line === dockerfileLine);
    const step = this.steps[index];
    if (!step || index === this.current) return;
    if (step.state === 'NotStarted') {
      this.start(index, line);
    } else {
      this.current = index;
      step.state = 'Running';
    }
  }

  private start(next: number, line: LogLine): void {
    if (next >= this.steps.length) return;
    const previous = this.steps[this.current];
    if (previous) {
      if (previous.state === 'Running') previous.state = 'Done';
      previous.finishedAt = line.at;
      previous.endOffset = line.offset;
    }
    this.current = next;
    Object.assign(this.steps[next], {
      state: 'Running',
      startedAt: line.at,
      startOffset: line.offset,
      endOffset: line.endOffset,
    });
  }

  private match(instruction: string): number {
    const wanted = normalise(instruction);
    const all = this.steps.map(({ instruction: written, state }, index) => ({
      text: normalise(written),
      index,
      state,
    }));
    const ahead = all.slice(this.current + 1);
    // Of stages that are built at once, an earlier one's steps may come later.
    const behind = all
      .slice(0, Math.max(0, this.current))
      .filter(({ state }) => state === 'NotStarted');
    const byText = [...ahead, ...behind].find(({ text }) =>
      alike(text, wanted),
    );
    const byKeyword = ahead.find(
      ({ text }) => keyword(text) === keyword(wanted),
    );
    return (byText ?? byKeyword)?.index ?? -1;
  }

  private add(instruction: string): number {
    if (this.steps.length >= STEP_LIMIT) return -1;
    this.steps.push({
      number: this.steps.length + 1,
      instruction: instruction.slice(0, 500),
      stageNumber: 0,
      state: 'NotStarted',
    });
    return this.steps.length - 1;
  }
}

function normalise(instruction: string): string {
  const text = instruction
    .replace(/\\\s*\n/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return text.replace(/^\S+/, word => word.toUpperCase());
}

/** Texts of steps are cut and end in an ellipsis. */
function alike(listed: string, logged: string): boolean {
  if (listed === logged) return true;
  const cut = listed.endsWith('…') ? listed.slice(0, -1).trimEnd() : undefined;
  return cut !== undefined && logged.startsWith(cut);
}

function keyword(text: string): string {
  return text.split(' ', 1)[0];
}
