import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { BuilderError } from '../errors/BuilderError';
import { diffOverlay } from '../layers/diff/diffOverlay';
import { findControllers, type Controllers } from './cgroup/Controllers';
import { StepGroup } from './cgroup/StepGroup';
import { groupPrefix, sweepGroups } from './cgroup/sweepGroups';
import { usableControllers } from './cgroup/usableControllers';
import { checkStep } from './checkStep';
import { Held } from './Held';
import type { Executor, Step, StepOutput, StepResult } from './Executor';
import type { ExecutorSetup } from './ExecutorSetup';
import { findLauncher, type Launcher } from './Launcher';
import { launcherFolder } from './planSystemMounts';
import { quoteWords } from './quoteWords';
import { prepareDevices } from './prepareDevices';
import { prepareStep, type PreparedStep } from './prepareStep';
import { PrivateFiles } from './PrivateFiles';
import { OutputPipes } from './process/OutputPipes';
import { superviseStep, type StepEnd } from './process/superviseStep';
import { watchDisk } from './process/watchDisk';
import { resourceLimits } from './resourceLimits';
import { ScratchFolder } from './ScratchFolder';
import {
  keeperCommand,
  programCommand,
  type StepPrograms,
} from './stepCommand';
import { stepError } from './stepError';
import type { StepNetwork } from './StepNetwork';

/** What a {@link NamespaceExecutor} works with. */
export interface NamespaceExecutorSetup extends ExecutorSetup {
  /** `rootless` when this process is root of a user namespace only. */
  readonly name: 'rootless' | 'local';
  readonly programs: StepPrograms;
  /** `os/architecture` that programs can be run for. */
  readonly platforms: readonly string[];
}

/**
 * Runs steps in namespaces of their own, on an overlay of the layers: what the
 * step wrote is the overlay's upper folder. Every mount of a step is made in the
 * step's own mount namespace, so that the kernel takes it away with the step's
 * last process. This process has to live in a mount namespace of its own
 * already (`enterSandbox`).
 */
export class NamespaceExecutor implements Executor {
  readonly name: 'rootless' | 'local';
  private readonly scratch: ScratchFolder;
  private readonly controllers: Controllers = usableControllers(
    findControllers(),
  );
  private readonly secrets: PrivateFiles;
  private readonly pipes: OutputPipes;
  private counter = 0;

  private constructor(
    private readonly setup: NamespaceExecutorSetup,
    private readonly launcher: Launcher,
  ) {
    this.name = setup.name;
    this.scratch = ScratchFolder.create(setup.scratch);
    for (const name of ['steps', 'pipes']) {
      mkdirSync(this.inScratch(name));
    }
    prepareDevices(this.inScratch('devices'), launcher.files);
    this.secrets = new PrivateFiles(this.inScratch('files'));
    this.pipes = new OutputPipes(this.inScratch('pipes'));
  }

  /** Makes an executor, and ready for its first step; removes what killed ones have left. */
  static async open(setup: NamespaceExecutorSetup): Promise<NamespaceExecutor> {
    setup.networks.warm();
    const launcher = await findLauncher();
    if (!launcher) {
      throw new BuilderError(
        'unsupported',
        'RUN needs "env" and "ldd" of this machine: install coreutils and libc-bin',
        { operation: 'exec' },
      );
    }
    const executor = new NamespaceExecutor(setup, launcher);
    await Promise.all([
      executor.pipes.warm(),
      ScratchFolder.sweep(setup.scratch),
      sweepGroups(executor.controllers),
    ]);
    return executor;
  }

  async run(
    step: Step,
    output: StepOutput,
    signal: AbortSignal,
  ): Promise<StepResult> {
    const { store } = this.setup;
    checkStep(step, this.setup.platforms, signal);
    const held = new Held();
    try {
      const [unpacked, tree, network] = await Promise.all([
        held.keep(store.unpack(step.root, { flat: false, signal })),
        store.tree(step.root),
        held.keep(this.setup.networks.acquire(step.network)),
      ]);
      this.counter += 1;
      const id = this.counter;
      const prepared = await prepareStep({
        step,
        tree,
        directories: unpacked.directories,
        folder: this.inScratch('steps', `${id}`),
        launcher: this.launcher.files,
        devices: this.inScratch('devices'),
        secrets: this.secrets,
        network,
        userXattr: this.name === 'rootless',
        onRelease: release => held.add(release),
      });
      const group = StepGroup.create(
        this.controllers,
        `${groupPrefix}${path.basename(this.scratch.path)}-${id}`,
        step.limits,
      );
      held.add(() => group.remove());
      const end = await this.supervise(
        { step, prepared, network, group, output },
        signal,
      );
      held.add(() => end.release());
      const error = stepError(step, end, group, prepared.folder.setupLog);
      if (error) throw error;
      const { peakMemory } = group;
      await group.remove();
      // The next step can have it.
      await network.release();
      const { upper, root } = prepared.folder;
      const merged = `/proc/${end.keeper}/root${root}`;
      return {
        changes: () =>
          diffOverlay(upper, merged, tree, {
            ignore: prepared.mountPoints,
            ...(this.setup.warn && { warn: this.setup.warn }),
          }),
        fetched: network.fetched(),
        ...(peakMemory !== undefined && { peakMemory }),
        dispose: () => held.release(),
      };
    } catch (error) {
      // What can not be given back now is swept by the next builder.
      await held.release().catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.setup.networks.close();
    await this.secrets.close();
    await this.scratch.remove();
  }

  private async supervise(
    { step, prepared, network, group, output }: ReadyStep,
    signal: AbortSignal,
  ): Promise<StepEnd> {
    const { limits } = step;
    const { user, folder, cwd } = prepared;
    const { programs } = this.setup;
    const program = programCommand({
      ...{ programs, cwd, user, args: step.args },
      launcher: this.launcher.command(`/dev/${launcherFolder}`),
      env: [...step.env, ...network.env],
      resourceLimits: resourceLimits(limits, group),
      allCapabilities: step.security === 'insecure',
    });
    // In memory: the environment may have secrets in it.
    const commandFile = await this.secrets.add(
      Buffer.from(quoteWords(program)),
      { mode: 0o600, uid: 0, gid: 0 },
    );
    const stdout = await this.pipes.open(user.uid, user.gid);
    const stderr = await this.pipes.open(user.uid, user.gid);
    try {
      return await superviseStep({
        command: keeperCommand({
          ...{ programs, cwd, commandFile, overlay: prepared.overlay },
          folder: folder.path,
          stdout: stdout.path,
          stderr: stderr.path,
          hostname: step.hostname,
          network: network.kind,
          groups: group.joinFiles,
          innerFiles: prepared.innerFiles,
        }),
        cwd: folder.path,
        ...{ stdout, stderr, output, signal },
        ...(network.descriptor !== undefined && {
          network: network.descriptor,
        }),
        ...(limits.timeout !== undefined && { timeout: limits.timeout }),
        ...(limits.disk !== undefined && {
          watch: stop =>
            watchDisk(folder.path, limits.disk ?? 0, () => stop('disk')),
        }),
      });
    } finally {
      await this.secrets.remove(commandFile);
    }
  }

  private inScratch(...names: string[]): string {
    return path.join(this.scratch.path, ...names);
  }
}

/** Everything {@link NamespaceExecutor} knows of a step when it starts. */
interface ReadyStep {
  readonly step: Step;
  readonly prepared: PreparedStep;
  readonly network: StepNetwork;
  readonly group: StepGroup;
  readonly output: StepOutput;
}
