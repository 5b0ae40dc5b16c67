import type { AdmissionMode } from './ControllerState';

/** How many builds may run. `undefined` means no limit. */
export interface AdmissionLimits {
  /** In the whole installation. */
  total?: number;
  /** Per owner of the entity; builds without an owner share one place. */
  perOwner?: number;
}

/** Where a queued build stands. */
export interface QueuePlace {
  /** From 1. */
  position: number;
  /** Why it waits, in a sentence. */
  why: string;
}

/** A build in the queue, as the admission looks at it. */
export interface QueuedBuild {
  id: string;
  ownerRef?: string;
  /** Higher goes first. */
  priority: number;
  queuedAt: Date;
}

/** Everything the admission knows. */
export interface AdmissionView {
  mode: AdmissionMode;
  limits: AdmissionLimits;
  /** Builds that run now, by owner; `''` for those without one. */
  running: ReadonlyMap<string, number>;
  queue: QueuedBuild[];
}

/**
 * Which queued builds may run now, in the order they are let in: the highest
 * priority first, then the owner with the fewest running builds, then the
 * longest wait. An owner at its limit does not block the others. Pure.
 */
export function selectAdmissions(view: AdmissionView): string[] {
  if (view.mode !== 'Open') return [];
  const { total = Infinity, perOwner = Infinity } = view.limits;
  let free = total - sum(view.running);
  const selected: string[] = [];
  const order = fairOrder(view, owner => owner < perOwner);
  while (free > 0) {
    const next = order.next();
    if (next.done) break;
    selected.push(next.value.id);
    free -= 1;
  }
  return selected;
}

/** Place and sentence for every build in the queue, by id. Pure. */
export function queuePlaces(view: AdmissionView): Map<string, QueuePlace> {
  const now = new Set(selectAdmissions(view));
  const places = new Map<string, QueuePlace>();
  const within = [...fairOrder(view, () => true)];
  const order = [
    ...within.filter(build => now.has(build.id)),
    ...within.filter(build => !now.has(build.id)),
  ];
  order.forEach((build, index) =>
    places.set(build.id, {
      position: index + 1,
      why: why(view, build, now.has(build.id)),
    }),
  );
  return places;
}

function why(
  { mode, limits, running }: AdmissionView,
  build: QueuedBuild,
  admitted: boolean,
): string {
  if (mode === 'Paused') return 'An administrator has paused new builds.';
  if (mode === 'Draining') return 'Builds are drained before maintenance.';
  if (admitted) return 'Starts now.';
  const own = running.get(ownerKey(build)) ?? 0;
  if (limits.perOwner !== undefined && own >= limits.perOwner) {
    return `${ownerName(build)} runs ${own} of its ${
      limits.perOwner
    } builds. Starts when one of them ends.`;
  }
  const all = sum(running);
  if (limits.total !== undefined && all >= limits.total) {
    return `The portal runs ${all} of its ${limits.total} builds. Starts when one of them ends.`;
  }
  return 'Other builds are ahead of it. Starts when one of them ends.';
}

/**
 * The queue in the order of fairness, each build counted as running once it
 * was yielded. Owners for which `mayRun` is false are passed over.
 */
function* fairOrder(
  view: AdmissionView,
  mayRun: (running: number) => boolean,
): Generator<QueuedBuild> {
  const running = new Map(view.running);
  const count = (build: QueuedBuild) => running.get(ownerKey(build)) ?? 0;
  const lines = new Map<string, QueuedBuild[]>();
  for (const build of [...view.queue].sort(byPriorityThenAge)) {
    const owner = ownerKey(build);
    lines.set(owner, [...(lines.get(owner) ?? []), build]);
  }
  for (;;) {
    const heads = [...lines.values()]
      .filter(line => line.length > 0 && mayRun(count(line[0])))
      .map(line => line[0])
      .sort(
        (a, b) =>
          b.priority - a.priority ||
          count(a) - count(b) ||
          byPriorityThenAge(a, b),
      );
    if (heads.length === 0) return;
    const [next] = heads;
    lines.get(ownerKey(next))?.shift();
    running.set(ownerKey(next), count(next) + 1);
    yield next;
  }
}

function byPriorityThenAge(a: QueuedBuild, b: QueuedBuild): number {
  return (
    b.priority - a.priority ||
    a.queuedAt.getTime() - b.queuedAt.getTime() ||
    (a.id < b.id ? -1 : 1)
  );
}

function ownerKey(build: QueuedBuild): string {
  return build.ownerRef ?? '';
}

function ownerName(build: QueuedBuild): string {
  return build.ownerRef?.split('/').pop() ?? 'Everybody without a team';
}

function sum(running: ReadonlyMap<string, number>): number {
  return [...running.values()].reduce((total, count) => total + count, 0);
}
