import type {
  AttemptObservation,
  AttemptRef,
  ContainerObservation,
  PreparedJob,
  Runner,
} from '@buildog/plugin-buildog-node';
import { RunnerError } from '@buildog/plugin-buildog-node';

/** What a cluster knows of one workload. */
export interface Workload {
  job: PreparedJob;
  uid: string;
  seen: Extract<AttemptObservation, { state: 'Present' }>;
  /** Text of each container's log, complete once it ended. */
  logs: Record<string, string>;
}

/** What happens to a workload when it was accepted. */
export type Behaviour = (workload: Workload, cluster: FakeCluster) => void;

/**
 * A cluster in memory, which outlives the controllers that use it: names are
 * unique, a second start adopts, what is removed is gone.
 */
export class FakeCluster {
  readonly workloads = new Map<string, Workload>();
  /** Names in the order workloads were made. */
  readonly created: string[] = [];
  readonly removed: string[] = [];
  behaviour: Behaviour = succeed;
  /** Set: every call fails with it. */
  outage?: RunnerError;
  private readonly listeners = new Set<(attemptId: string) => void>();

  runner(name = 'prod-eu'): Runner {
    const up = () => {
      if (this.outage) throw this.outage;
    };
    return {
      name,
      contractVersion: 1,
      start: async job => {
        up();
        return this.start(job);
      },
      observe: async attempt => {
        up();
        return this.workloads.get(attempt.name)?.seen ?? { state: 'Absent' };
      },
      remove: async attempt => {
        up();
        this.remove(attempt);
      },
      watch: async (onChange, { signal }) => {
        this.listeners.add(onChange);
        await new Promise<void>(resolve => {
          if (signal.aborted) resolve();
          signal.addEventListener('abort', () => resolve());
        });
        this.listeners.delete(onChange);
      },
      followLog: (attempt, container) => this.follow(attempt, container),
      check: async () => ({ ok: true, version: 'fake' }),
      list: async () => {
        up();
        return [...this.workloads.values()].map(w => w.job.attempt);
      },
    };
  }

  /** Changes what is seen of a workload, and says so to the watchers. */
  change(name: string, change: (workload: Workload) => void): void {
    const workload = this.workloads.get(name);
    if (!workload) throw new Error(`no workload ${name}`);
    change(workload);
    this.listeners.forEach(tell => tell(workload.job.attempt.attemptId));
  }

  private start(job: PreparedJob): { uid: string } {
    const { name } = job.attempt;
    const present = this.workloads.get(name);
    if (present) return { uid: present.uid };
    const uid = `uid-${this.created.length + 1}`;
    const workload: Workload = {
      job,
      uid,
      seen: { state: 'Present', uid, removing: false },
      logs: {},
    };
    this.created.push(name);
    this.workloads.set(name, workload);
    this.behaviour(workload, this);
    const { attemptId } = job.attempt;
    this.listeners.forEach(tell => tell(attemptId));
    return { uid };
  }

  private remove({ name, attemptId }: AttemptRef): void {
    if (this.workloads.delete(name)) this.removed.push(name);
    this.listeners.forEach(tell => tell(attemptId));
  }

  private async *follow(
    attempt: AttemptRef,
    container: string,
  ): AsyncIterable<Uint8Array> {
    const text = this.workloads.get(attempt.name)?.logs[container];
    if (text) yield Buffer.from(text);
  }
}

/** Everything ends well: `publish` claims a digest. */
export function succeed(workload: Workload): void {
  showPod(workload, [
    ended('init', 0, initResult()),
    ended('build', 0),
    ended('publish', 0, publishResult(workload)),
  ]);
}

/** Nothing happens by itself. */
export function hold(): void {}

/** Makes a pod with these containers visible. */
export function showPod(
  workload: Workload,
  containers: ContainerObservation[],
  more: Partial<NonNullable<Workload['seen']['pod']>> = {},
): void {
  workload.seen = {
    ...workload.seen,
    pod: {
      name: `${workload.job.attempt.name}-pod`,
      uid: 'pod-uid',
      nodeName: 'node-1',
      phase: 'Running',
      createdAt: new Date(),
      removing: false,
      containers,
      ...more,
    },
  };
}

/** A container that has ended. */
export function ended(
  name: string,
  exitCode: number,
  message?: string,
  reason?: string,
): ContainerObservation {
  const now = new Date();
  return {
    name,
    state: 'Terminated',
    exitCode,
    message,
    reason,
    startedAt: now,
    finishedAt: now,
  };
}

/** A container that runs. */
export function started(name: string): ContainerObservation {
  return { name, state: 'Running', startedAt: new Date() };
}

/** The digest that fake builds claim. */
export const DIGEST = `sha256:${'7b'.repeat(32)}`;

/** What `init` says of a commit. */
export function initResult(): string {
  return JSON.stringify({
    protocolVersion: 1,
    program: 'init',
    ok: true,
    source: {
      type: 'git',
      revision: 'b81d04c7'.padEnd(40, '0'),
      subject: 'Retry card capture on 409 conflict',
      author: 'A. Author',
      authoredAt: '2026-11-20T10:00:00Z',
      submodules: 0,
    },
    dockerfile: { digest: DIGEST, bytes: 100, steps: 3 },
    files: 10,
    bytes: 1000,
    seconds: 0.5,
    warnings: [],
  });
}

/** What `publish` says after a push. */
export function publishResult({ job }: Pick<Workload, 'job'>): string {
  const { repository } = job.publish.input as { repository: string };
  return JSON.stringify({
    protocolVersion: 1,
    program: 'publish',
    ok: true,
    repository,
    digest: DIGEST,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    size: 1234,
    platform: job.platform,
    layers: 1,
    pushedBytes: 1234,
    mountedBlobs: 0,
    existingBlobs: 0,
    seconds: 0.1,
  });
}
