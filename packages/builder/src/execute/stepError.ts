import { BuilderError } from '../errors/BuilderError';
import type { StepGroup } from './cgroup/StepGroup';
import type { Limits, Step } from './Executor';
import type { StepEnd } from './process/superviseStep';
import { signalOfExitCode } from './process/signals';

/**
 * The error of a step that did not end well; undefined for one that did. Tells a
 * limit from a program that failed by itself: by what we stopped it for, and by
 * what the kernel counted.
 */
export function stepError(
  step: Step,
  end: StepEnd,
  group: Pick<StepGroup, 'memoryKills' | 'refusedProcesses'>,
  setupLog: string,
): BuilderError | undefined {
  const { code, stopped } = end;
  const { limits } = step;
  if (stopped === 'cancelled') {
    return new BuilderError('cancelled', 'the step was cancelled', {
      operation: 'exec',
    });
  }
  if (stopped === 'timeout') {
    return resource('timeout', `ran longer than ${limits.timeout} s`, limits);
  }
  if (stopped === 'disk') {
    return resource('disk', `wrote more than ${limits.disk} bytes`, limits);
  }
  if (!end.started) {
    return new BuilderError(
      'filesystem',
      `the step could not ${end.failed ?? 'be started'}${
        setupLog ? `: ${setupLog}` : ''
      }`,
      { operation: 'exec' },
    );
  }
  if (code === 0) return undefined;
  if (group.memoryKills > 0) {
    return resource(
      'memory',
      `needed more than ${limits.memory} bytes`,
      limits,
    );
  }
  if (group.refusedProcesses > 0) {
    return resource(
      'processes',
      `started more than ${limits.processes} processes`,
      limits,
    );
  }
  const signal = signalOfExitCode(code);
  return new BuilderError(
    'execution',
    `${shown(step.args)} ended with exit code ${code}${
      signal ? ` (${signal})` : ''
    }`,
    { operation: 'exec', exitCode: code, ...(signal && { signal }) },
  );
}

function resource(
  name: keyof Limits,
  what: string,
  limits: Limits,
): BuilderError {
  return new BuilderError(
    'resource',
    `the step ${what}: its limit "${name}" is ${limits[name]}; raise it, or have the step need less`,
    { operation: 'exec' },
  );
}

/** Arguments for people, shortened. */
function shown(args: readonly string[]): string {
  const text = args.join(' ').replace(/\s+/g, ' ');
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
