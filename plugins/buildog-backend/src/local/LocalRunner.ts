import { mkdir, readdir, rm, stat, watch } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { RunnerError } from '@buildog/plugin-buildog-node';
import type {
  AttemptObservation,
  AttemptRef,
  PreparedJob,
  Runner,
} from '@buildog/plugin-buildog-node';
import { AGENT_PROGRAM } from './agentProgram';
import { checkLocalJob } from './checkLocalJob';
import { checkMachine } from './checkMachine';
import { createAttempt } from './createAttempt';
import { followStepLog } from './followStepLog';
import type { LocalRunnerConfig } from './LocalRunnerConfig';
import { observeAttempt, readAttempt } from './observeAttempt';
import type { StepSettings } from './planSteps';
import { removeAttempt } from './removeAttempt';
import { nodePaths, systemPaths } from './sandbox/machinePaths';
import { spawnSupervisor } from './spawnSupervisor';
import { AttemptFolder } from './state/AttemptFolder';
import { SUPERVISOR_PROGRAM } from './supervisorProgram';

/** Laying out an attempt takes milliseconds. */
const STALE_MS = 60_000;
/** How often attempts are looked at whose process may have been killed. */
const LOOK_MS = 5_000;

/** What a {@link LocalRunner} needs. */
export interface LocalRunnerOptions {
  config: LocalRunnerConfig;
  installationId: string;
  logger: LoggerService;
  /** Node and its arguments for our own programs; default: as this process was started. */
  node?: readonly string[];
  /** Replaces what steps see of the machine, and the agent; for tests. */
  steps?: Partial<StepSettings>;
}

/**
 * Runs prepared jobs as processes of this machine: a supervisor for each
 * attempt, which outlives the backend, and below it one step at a time in
 * namespaces of its own. Everything that is known of an attempt is in its folder.
 */
export class LocalRunner implements Runner {
  readonly name = 'local';
  readonly contractVersion = 1;
  /** Starts whose process this one has made, and that still runs. */
  private readonly supervised = new Set<string>();

  private constructor(
    private readonly options: LocalRunnerOptions,
    private readonly root: string,
    private readonly node: readonly string[],
    private readonly steps: StepSettings,
  ) {}

  /** Makes its folders. @throws Error that names the folder. */
  static async create(options: LocalRunnerOptions): Promise<LocalRunner> {
    const { config } = options;
    const root = resolve(config.root);
    for (const name of ['attempts', 'events', 'staged', 'cache']) {
      await mkdir(join(root, name), { recursive: true, mode: 0o700 });
    }
    await removeStale(join(root, 'staged'));
    const node = options.node ?? [
      process.execPath,
      ...process.execArgv.filter(isNeededByChildren),
    ];
    return new LocalRunner(options, root, node, {
      agent: [...node, AGENT_PROGRAM],
      machine: systemPaths(),
      programs: nodePaths(AGENT_PROGRAM),
      cacheFolder: join(root, 'cache'),
      limits: config.limits,
      ...options.steps,
    });
  }

  async start(
    job: PreparedJob,
    { signal }: { signal: AbortSignal },
  ): Promise<{ uid: string }> {
    const build = checkLocalJob(job);
    const folder = this.folder(job.attempt);
    return this.translated('start the job', async () => {
      signal.throwIfAborted();
      if (!(await folder.spec())) await this.demandRoom(signal);
      for (const path of build.folders ?? []) {
        await mkdir(path, { recursive: true, mode: 0o700 });
      }
      const { uid } = await createAttempt({
        job,
        build,
        folder,
        settings: this.steps,
        nice: this.options.config.nice,
      });
      if (!(await folder.supervisor())) {
        await this.supervise(folder, uid, this.events(job.attempt));
      }
      return { uid };
    });
  }

  async observe(attempt: AttemptRef): Promise<AttemptObservation> {
    return this.translated('look at the attempt', async () =>
      observeAttempt(await readAttempt(this.folder(attempt), attempt)),
    );
  }

  async remove(
    attempt: AttemptRef,
    { gracePeriodSeconds }: { gracePeriodSeconds: number },
  ): Promise<void> {
    await this.translated('remove the attempt', () =>
      removeAttempt(
        this.folder(attempt),
        attempt,
        gracePeriodSeconds,
        this.events(attempt),
      ),
    );
  }

  async watch(
    onChange: (attemptId: string) => void,
    { signal }: { signal: AbortSignal },
  ): Promise<void> {
    if (signal.aborted) return;
    const lost = new Set<string>();
    const look = async () => {
      for (const attempt of await this.list({ signal })) {
        const facts = await readAttempt(this.folder(attempt), attempt);
        // Its process was killed while it removed it.
        if (facts?.removing && !facts.alive) {
          await this.remove(attempt, { gracePeriodSeconds: 0 });
        }
        if (!facts?.lost || lost.has(facts.spec.uid)) continue;
        lost.add(facts.spec.uid);
        onChange(attempt.attemptId);
      }
    };
    const failed = (error: Error) => {
      if (signal.aborted) return;
      this.options.logger.warn(`Local runner: ${error.message}`);
    };
    look().catch(failed);
    const timer = setInterval(() => look().catch(failed), LOOK_MS);
    try {
      for await (const { filename } of watch(join(this.root, 'events'), {
        signal,
      })) {
        if (filename) onChange(filename);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      clearInterval(timer);
    }
  }

  followLog(
    attempt: AttemptRef,
    container: string,
    options: { since?: Date; signal: AbortSignal },
  ): AsyncIterable<Uint8Array> {
    return followStepLog({
      folder: this.folder(attempt),
      attempt,
      step: container,
      ...options,
    });
  }

  check(options: { signal: AbortSignal }) {
    return checkMachine(options.signal);
  }

  async list({ signal }: { signal: AbortSignal }): Promise<AttemptRef[]> {
    return this.translated('list attempts', async () => {
      const found: AttemptRef[] = [];
      for (const name of await readdir(join(this.root, 'attempts'))) {
        signal.throwIfAborted();
        const spec = await new AttemptFolder(
          join(this.root, 'attempts', name),
        ).spec();
        if (spec?.attempt.installationId === this.options.installationId) {
          found.push(spec.attempt);
        }
      }
      return found;
    });
  }

  /** A second process would only find that it is not needed; so, no second one. */
  private async supervise(
    folder: AttemptFolder,
    uid: string,
    events: string,
  ): Promise<void> {
    if (this.supervised.has(uid)) return;
    this.supervised.add(uid);
    const forget = () => this.supervised.delete(uid);
    try {
      const program = [...this.node, SUPERVISOR_PROGRAM];
      (await spawnSupervisor(folder, program, events)).once('exit', forget);
    } catch (error) {
      forget();
      throw error;
    }
  }

  private events({ attemptId }: AttemptRef): string {
    return join(this.root, 'events', attemptId);
  }

  private folder({ name }: AttemptRef): AttemptFolder {
    return new AttemptFolder(join(this.root, 'attempts', name));
  }

  /** @throws RunnerError `QuotaExceeded` while enough attempts run. */
  private async demandRoom(signal: AbortSignal): Promise<void> {
    const { concurrency } = this.options.config;
    let running = 0;
    for (const attempt of await this.list({ signal })) {
      const facts = await readAttempt(this.folder(attempt), attempt);
      if (facts && !facts.lost && !facts.status.finished) running += 1;
    }
    if (running < concurrency) return;
    throw new RunnerError(
      'QuotaExceeded',
      `${running} builds run on this machine, as many as buildog.runner.local.concurrency allows`,
      { retryable: true, retryAfterMs: 2_000 },
    );
  }

  private async translated<T>(
    doing: string,
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof RunnerError) throw error;
      const { code = 'unknown', name } = error as NodeJS.ErrnoException;
      if (name === 'AbortError') throw error;
      throw new RunnerError('Internal', `Could not ${doing}: ${code}`, {
        retryable: true,
        cause: error,
      });
    }
  }
}

/** Loaders that our own sources need to run; nothing else of the backend's. */
function isNeededByChildren(
  argument: string,
  index: number,
  all: readonly string[],
): boolean {
  const names = ['--require', '-r', '--import', '--experimental-loader'];
  return (
    names.includes(argument) ||
    names.includes(all[index - 1]) ||
    names.some(name => argument.startsWith(`${name}=`))
  );
}

/** Half-made attempts of a backend that was killed; they hold credentials. */
async function removeStale(staged: string): Promise<void> {
  for (const name of await readdir(staged)) {
    const { mtimeMs } = await stat(join(staged, name));
    if (Date.now() - mtimeMs < STALE_MS) continue;
    await rm(join(staged, name), { recursive: true, force: true });
  }
}
