import { isTerminalBuildPhase } from '@buildog/plugin-buildog-common';
import type { BuildStep } from '@buildog/plugin-buildog-common';
import type { BuildSnapshot } from '../domain/BuildSnapshot';
import type { ControllerState } from '../domain/ControllerState';
import type { Transition } from '../domain/Decision';
import type { Admission } from '../store/ControllerStore';
import { AttemptLogs } from './AttemptLogs';
import { BuildWorker } from './BuildWorker';
import { Coalesced } from './Coalesced';
import type { ControllerDependencies } from './ControllerDependencies';
import { OutboxDispatcher } from './OutboxDispatcher';
import { PassQueue } from './PassQueue';
import { sleep } from './sleep';
import { StepWatcher } from './StepWatcher';
import { supervise } from './supervise';
import { sweep } from './sweeps/sweep';
import type { SweepMemory } from './sweeps/sweep';

/** Whether the controller works, for readiness and the administration page. */
export interface ControllerHealth {
  ok: boolean;
  /** What is wrong, in a sentence. */
  message?: string;
  mode: ControllerState['mode'];
  /** Builds this replica is working on just now. */
  passes: number;
  lastClaimAt?: Date;
}

/** Between two signs of life of the replica. */
const HEARTBEAT_MS = 10_000;

/**
 * The leaderless loop: claim, observe, decide, commit, act, release. Any
 * number of replicas run it on one PostgreSQL; a second one on SQLite is
 * refused by `start`.
 */
export class BuildController {
  static create(dependencies: ControllerDependencies): BuildController {
    return new BuildController(dependencies);
  }

  private readonly stopping = new AbortController();
  private readonly queue: PassQueue;
  private readonly logs: AttemptLogs;
  private readonly outbox: OutboxDispatcher;
  private readonly admissions: Coalesced<Admission[]>;
  private readonly stepWatcher: StepWatcher;
  private readonly worker: BuildWorker;
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly sweepMemory: SweepMemory = { unknown: new Set() };
  private loops: Promise<void>[] = [];
  private installationId = '';
  private mode: ControllerState['mode'] = 'Open';
  private startedAt?: Date;
  private lastClaimAt?: Date;

  private constructor(private readonly dependencies: ControllerDependencies) {
    const stopped = this.stopping.signal;
    this.worker = new BuildWorker(dependencies, {
      stopped,
      context: () => ({
        dependencies,
        installationId: this.installationId,
        stopped,
        logs: this.logs,
        admissions: this.admissions,
        wake: id => this.wake(id),
        committed: (snapshot, transition) =>
          this.committed(snapshot, transition),
      }),
      wakeIn: (buildId, ms) => this.wakeIn(buildId, ms),
    });
    this.queue = new PassQueue(
      dependencies.options.concurrency,
      buildId => this.worker.work(buildId),
      buildId => this.worker.poke(buildId),
    );
    this.logs = new AttemptLogs(dependencies);
    this.admissions = new Coalesced(() => dependencies.store.admitBuilds());
    this.stepWatcher = new StepWatcher(dependencies, this.logs);
    this.outbox = new OutboxDispatcher({
      store: dependencies.store,
      notifier: dependencies.notifier,
      logger: dependencies.logger,
      pollMs: dependencies.options.pollMs,
    });
  }

  /**
   * Registers the replica and starts the loops; they are supervised until
   * `stop`.
   * @throws StoreError `SecondReplica` on SQLite.
   */
  async start(): Promise<void> {
    const { store, replica, runners, logger, clock } = this.dependencies;
    await store.register(replica);
    const state = await store.getControllerState();
    this.installationId = state.installationId;
    this.mode = state.mode;
    this.startedAt = clock();
    const { signal } = this.stopping;
    const loop = (name: string, body: (s: AbortSignal) => Promise<void>) =>
      this.loops.push(supervise(name, body, { signal, logger }));
    loop('The claim loop', s => this.claimLoop(s));
    loop('The heartbeat', s => this.heartbeatLoop(s));
    loop('The outbox', s => this.outbox.run(s));
    loop('The step counter', s => this.stepWatcher.run(s));
    loop('The sweeper', s => this.sweepLoop(s));
    for (const runner of runners.values()) {
      loop(`The watch of ${runner.name}`, s =>
        runner.watch(attemptId => this.wakeAttempt(attemptId), { signal: s }),
      );
    }
  }

  /** Ends the loops and gives back what is claimed. Running workloads go on. */
  async stop(): Promise<void> {
    this.stopping.abort();
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    await this.queue.close();
    this.logs.detachAll();
    await Promise.all(this.loops);
    await this.dependencies.store.unregister(this.dependencies.replica.id);
  }

  /** Has a build looked at now. Cheap, never throws; a hint. */
  wake(buildId: string): void {
    clearTimeout(this.timers.get(buildId));
    this.timers.delete(buildId);
    this.queue.add(buildId);
  }

  /** Admits nothing more; running builds go on. */
  async pause(by: string): Promise<ControllerState> {
    return this.setMode('Paused', by);
  }

  /** As `pause`, and refuses new requests: before an upgrade or removal. */
  async drain(by: string): Promise<ControllerState> {
    return this.setMode('Draining', by);
  }

  /** Ends `pause` and `drain`. */
  async resume(by: string): Promise<ControllerState> {
    const state = await this.setMode('Open', by);
    await this.admitOthers();
    return state;
  }

  /** For readiness. Answers from memory. */
  health(): ControllerHealth {
    const { clock, options } = this.dependencies;
    const health = {
      mode: this.mode,
      passes: this.queue.passes,
      lastClaimAt: this.lastClaimAt,
    };
    if (!this.startedAt || this.stopping.signal.aborted) {
      return {
        ...health,
        ok: false,
        message: 'The controller is not running.',
      };
    }
    const since = this.lastClaimAt ?? this.startedAt;
    const silentMs = clock().getTime() - since.getTime();
    return silentMs <= options.unhealthyAfterMs
      ? { ...health, ok: true }
      : {
          ...health,
          ok: false,
          message: `No builds could be claimed for ${Math.round(
            silentMs / 1000,
          )} s: the database does not answer.`,
        };
  }

  /** Dockerfile steps of an attempt as its log tells them until now. */
  async listSteps(buildId: string, attemptId: string): Promise<BuildStep[]> {
    const snapshot = await this.dependencies.store.getBuild(buildId);
    return snapshot ? this.logs.steps(snapshot, attemptId) : [];
  }

  private async setMode(
    mode: ControllerState['mode'],
    by: string,
  ): Promise<ControllerState> {
    const state = await this.dependencies.store.setAdmissionMode(mode, by);
    this.mode = state.mode;
    return state;
  }

  private async claimLoop(signal: AbortSignal): Promise<void> {
    const { store, options, replica, clock, metrics } = this.dependencies;
    while (!signal.aborted) {
      const { free } = this.queue;
      const claims =
        free > 0
          ? await store.claimDueBuilds({
              replicaId: replica.id,
              limit: free,
              leaseMs: options.leaseMs,
            })
          : [];
      if (free === 0) await store.ping();
      this.lastClaimAt = clock();
      for (const claim of claims) {
        this.worker.hold(claim);
        this.queue.add(claim.buildId);
      }
      metrics.load(this.queue.passes, this.queue.waitingBuilds);
      await sleep(options.pollMs, signal);
    }
  }

  /** Everything that follows from a commit and may be lost in a crash. */
  private committed(snapshot: BuildSnapshot, transition: Transition): void {
    const { notifier, metrics } = this.dependencies;
    const { build, attempts } = snapshot;
    notifier.changed({
      buildId: build.id,
      entityRef: build.entityRef,
      ownerRef: build.ownerRef,
      number: build.number,
      phase: build.phase,
      version: build.version,
    });
    if (transition.outbox.length > 0) this.outbox.kick();
    for (const attempt of transition.attempts) {
      const task = snapshot.tasks.find(({ id }) => id === attempt.taskId);
      if (attempt.logsSettledAt && task && build.plan) {
        const job = { attempt, task, plan: build.plan };
        this.stepWatcher.look(job).catch(() => {});
      }
    }
    for (const attempt of attempts) {
      if (attempt.removedAt && attempt.logsSettledAt) {
        this.logs.forget(attempt.id);
      }
    }
    const entered = transition.outbox.some(m => isTerminalBuildPhase(m.phase));
    if (entered) {
      metrics.buildFinished(
        build.phase,
        build.reason?.code,
        ((build.finishedAt?.getTime() ?? 0) - build.createdAt.getTime()) / 1000,
      );
      if (build.admittedAt) this.admitOthers().catch(() => {});
    }
  }

  /** A place has become free. */
  private async admitOthers(): Promise<void> {
    const admitted = await this.admissions.run();
    admitted.forEach(({ buildId }) => this.wake(buildId));
  }

  private wakeIn(buildId: string, ms: number): void {
    if (this.stopping.signal.aborted) return;
    clearTimeout(this.timers.get(buildId));
    const timer = setTimeout(() => this.wake(buildId), ms);
    timer.unref();
    this.timers.set(buildId, timer);
  }

  /** A runner says that something about an attempt may have changed. */
  private wakeAttempt(attemptId: string): void {
    const buildId = this.logs.buildOf(attemptId);
    if (buildId) {
      this.wake(buildId);
      return;
    }
    this.dependencies.store.findAttempts([attemptId]).then(
      found => {
        const attempt = found.get(attemptId);
        if (attempt?.live) this.wake(attempt.buildId);
      },
      () => {
        // A hint only: the build is looked at within its wake-up anyway.
      },
    );
  }

  private async heartbeatLoop(signal: AbortSignal): Promise<void> {
    const { store, replica } = this.dependencies;
    while (!signal.aborted) {
      await store.heartbeat(replica);
      this.mode = (await store.getControllerState()).mode;
      await sleep(HEARTBEAT_MS, signal);
    }
  }

  private async sweepLoop(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sweep(this.dependencies, this.sweepMemory, signal);
      await sleep(this.dependencies.options.sweepMs, signal);
    }
  }
}
