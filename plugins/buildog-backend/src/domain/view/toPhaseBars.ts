import {
  isTerminalBuildPhase,
  PHASE_BARS,
} from '@buildog/plugin-buildog-common';
import type { Build, PhaseBarName } from '@buildog/plugin-buildog-common';
import type { BuildSnapshot } from '../BuildSnapshot';
import { latestAttempts } from '../latestAttempts';
import { isBuildContainer } from '../containers';

type Bar = Build['phases'][number];
type Span = { from?: Date; to?: Date };

/**
 * The bars of the build page. Fetch, Build and Publish run from the first
 * task's start to the last one's end; each begins where the one before ended,
 * so that waiting for a node or an image counts for the step it delays. Pure.
 */
export function toPhaseBars(snapshot: BuildSnapshot): Bar[] {
  const spans = toSpans(snapshot);
  const { build } = snapshot;
  const finished = isTerminalBuildPhase(build.phase);
  const last = PHASE_BARS.filter(name => spans[name].from).pop();
  return PHASE_BARS.map(name => {
    const { from, to } = spans[name];
    const bar: Bar = { name, state: 'NotStarted' };
    if (!from) return bar;
    bar.startedAt = from.toISOString();
    if (isSkipped(name, snapshot)) return { ...bar, state: 'Skipped' };
    const end = to ?? (finished ? build.finishedAt : undefined);
    bar.finishedAt = end?.toISOString();
    bar.state = end ? 'Done' : 'Running';
    if (finished && name === last && build.phase !== 'Succeeded') {
      bar.state = build.phase === 'Failed' ? 'Failed' : 'Canceled';
    }
    return bar;
  });
}

function toSpans(snapshot: BuildSnapshot): Record<PhaseBarName, Span> {
  const { build } = snapshot;
  const times = build.phaseTimes;
  const spans: Record<PhaseBarName, Span> = {
    Queue: { from: build.createdAt, to: times.Running },
    Fetch: {},
    Build: {},
    Publish: {},
    Verify: {
      from: times.Verifying,
      to: times.Scanning ?? times.Signing ?? times.Tagging,
    },
    Sign: { from: times.Signing, to: times.Tagging },
    Tag: { from: times.Tagging },
  };
  if (!times.Running) return spans;

  const tasks = latestAttempts(snapshot).map(attempt => {
    const ends = (name: (n: string) => boolean) => {
      const containers = attempt.containers.filter(c => name(c.name));
      return containers.length > 0 &&
        containers.every(c => c.state === 'Terminated' && c.exitCode === 0)
        ? latest(containers.map(c => c.finishedAt))
        : undefined;
    };
    return {
      fetched: ends(n => n === 'init'),
      built: ends(isBuildContainer),
      published: ends(n => n === 'publish'),
    };
  });
  const first = (pick: (t: (typeof tasks)[number]) => Date | undefined) =>
    earliest(tasks.map(pick));
  const all = (pick: (t: (typeof tasks)[number]) => Date | undefined) =>
    tasks.length > 0 && tasks.every(t => pick(t))
      ? latest(tasks.map(pick))
      : undefined;

  spans.Fetch = { from: times.Running, to: all(t => t.fetched) };
  spans.Build = { from: first(t => t.fetched), to: all(t => t.built) };
  spans.Publish = {
    from: first(t => t.built),
    to: all(t => t.published) ?? times.Verifying,
  };
  return spans;
}

function isSkipped(name: PhaseBarName, { build }: BuildSnapshot): boolean {
  if (name === 'Sign') {
    return (
      build.signed === 'Unsigned' && build.phaseTimes.Tagging !== undefined
    );
  }
  return (
    name === 'Tag' &&
    build.phase === 'Succeeded' &&
    build.movedTags.every(tag => tag.state === 'Skipped')
  );
}

function earliest(dates: (Date | undefined)[]): Date | undefined {
  const known = dates.filter(d => d !== undefined).map(d => d.getTime());
  return known.length > 0 ? new Date(Math.min(...known)) : undefined;
}

function latest(dates: (Date | undefined)[]): Date | undefined {
  const known = dates.filter(d => d !== undefined).map(d => d.getTime());
  return known.length > 0 ? new Date(Math.max(...known)) : undefined;
}
