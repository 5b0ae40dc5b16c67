import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { BuilderError } from '../errors/BuilderError';
import { diffOverlay } from '../layers/diff/diffOverlay';
import type { LayerStore } from '../layers/LayerStore';
import { findControllers, type Controllers } from './cgroup/Controllers';
import { StepGroup } from './cgroup/StepGroup';
import { usableControllers } from './cgroup/usableControllers';
import type { Executor, Step, StepOutput, StepResult } from './Executor';
import { prepareDevices } from './prepareDevices';
import { prepareStep, type PreparedStep } from './prepareStep';
import { PrivateFiles } from './PrivateFiles';
import { OutputPipes } from './process/OutputPipes';
import { superviseStep, type StepEnd } from './process/superviseStep';
import { watchDisk } from './process/watchDisk';
import { resourceLimits } from './resourceLimits';
import { ScratchFolder } from './ScratchFolder';
import { stepCommand, type StepPrograms } from './stepCommand';
import { stepError } from './stepError';
import type { StepNetwork, StepNetworks } from './StepNetwork';

/** What a {@link NamespaceExecutor} works with. */
export interface NamespaceExecutorSetup {
  /** `rootless` when this process is root of a user namespace only. */
  readonly name: 'rootless' | 'local';
  readonly store: Pick<LayerStore, 'unpack' | 'tree'>;
  /** Folder for what steps write; on a filesystem that can be the upper half of an overlay. */
  readonly scratch: string;
  readonly networks: StepNetworks;
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

  constructor(private readonly setup: NamespaceExecutorSetup) {
    this.name = setup.name;
    this.scratch = ScratchFolder.create(setup.scratch);
    for (const name of ['steps', 'pipes']) {
      mkdirSync(this.inScratch(name));
    }
    prepareDevices(this.inScratch('devices'));
    this.secrets = new PrivateFiles(this.inScratch('files'));
    this.pipes = new OutputPipes(this.inScratch('pipes'));
  }

  async run(
    step: Step,
    output: StepOutput,
    signal: AbortSignal,
  ): Promise<StepResult> {
    const { store } = this.setup;
    this.check(step, signal);
    const held: (() => Promise<void>)[] = [];
    const releaseAll = once(async () => {
      for (const release of held.splice(0).reverse()) await release();
    });
    try {
      const [unpacked, tree, network] = await Promise.all([
        keep(held, store.unpack(step.root, { flat: false, signal }), it =>
          it.release(),
        ),
        store.tree(step.root),
        keep(held, this.setup.networks.acquire(step.network), it =>
          it.release(),
        ),
      ]);
      this.counter += 1;
      const prepared = await prepareStep({
        step,
        tree,
        directories: unpacked.directories,
        folder: this.inScratch('steps', `${this.counter}`),
        devices: this.inScratch('devices'),
        secrets: this.secrets,
        network,
        userXattr: this.name === 'rootless',
        onRelease: release => held.push(release),
      });
      const group = StepGroup.create(
        this.controllers,
        `buildog-${path.basename(this.scratch.path)}-${this.counter}`,
        step.limits,
      );
      held.push(() => group.remove());
      const end = await this.supervise(
        { step, prepared, network, group, output },
        signal,
      );
      held.push(() => end.release());
      const error = stepError(step, end, group, prepared.folder.setupLog);
      if (error) throw error;
      const { peakMemory } = group;
      await group.remove();
      const { upper, root } = prepared.folder;
      const merged = `/proc/${end.keeper}/root${root}`;
      return {
        changes: () =>
          diffOverlay(upper, merged, tree, { ignore: prepared.mountPoints }),
        fetched: network.fetched(),
        ...(peakMemory !== undefined && { peakMemory }),
        dispose: releaseAll,
      };
    } catch (error) {
      await releaseAll();
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
    const { user, folder } = prepared;
    const [stdout, stderr] = await Promise.all([
      this.pipes.open(user.uid, user.gid),
      this.pipes.open(user.uid, user.gid),
    ]);
    return superviseStep({
      command: stepCommand({
        programs: this.setup.programs,
        folder: folder.path,
        overlay: prepared.overlay,
        stdout: stdout.path,
        stderr: stderr.path,
        args: step.args,
        env: [...step.env, ...network.env],
        cwd: prepared.cwd,
        user,
        hostname: step.hostname,
        network: network.kind,
        groups: group.joinFiles,
        innerFiles: prepared.innerFiles,
        resourceLimits: resourceLimits(limits, group),
        allCapabilities: step.security === 'insecure',
      }),
      cwd: folder.path,
      stdout,
      stderr,
      output,
      signal,
      ...(network.descriptor !== undefined && { network: network.descriptor }),
      ...(limits.timeout !== undefined && { timeout: limits.timeout }),
      ...(limits.disk !== undefined && {
        watch: stop =>
          watchDisk(folder.path, limits.disk ?? 0, () => stop('disk')),
      }),
    });
  }

  private check(step: Step, signal: AbortSignal): void {
    if (signal.aborted) {
      throw new BuilderError('cancelled', 'the step was cancelled', {
        operation: 'exec',
      });
    }
    if (step.args.length === 0 || step.args.some(hasNul)) {
      throw new BuilderError(
        'validation',
        'RUN needs a program, without NUL characters',
        { operation: 'exec' },
      );
    }
    const platform = `${step.platform.os}/${step.platform.architecture}`;
    if (!this.setup.platforms.includes(platform)) {
      throw new BuilderError(
        'unsupported',
        `this machine can not run programs for ${platform}: install qemu-user-static and register it with binfmt_misc (flag F), or build on such a machine`,
        { operation: 'exec', platform },
      );
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

function hasNul(text: string): boolean {
  return text.includes('\0');
}

/** Waits for something and remembers how it is given back. */
async function keep<T>(
  held: (() => Promise<void>)[],
  promise: Promise<T>,
  release: (it: T) => Promise<void>,
): Promise<T> {
  const it = await promise;
  held.push(() => release(it));
  return it;
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= action();
    return done;
  };
}
