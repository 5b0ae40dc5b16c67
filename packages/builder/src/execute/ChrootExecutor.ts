import { mkdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BuilderError } from '../errors/BuilderError';
import { diffDirectory } from '../layers/diff/diffDirectory';
import { takeSnapshot } from '../layers/diff/takeSnapshot';
import type { FileTree } from '../layers/FileTree';
import { checkStep } from './checkStep';
import { chrootCommand, launcherPath } from './chroot/chrootCommand';
import { killRooted } from './chroot/killRooted';
import { makeDevices } from './chroot/makeDevices';
import { placeFiles } from './chroot/placeFiles';
import { plainKeeperScript } from './enterScript';
import type { Executor, Step, StepOutput, StepResult } from './Executor';
import type { ExecutorSetup } from './ExecutorSetup';
import { findUser, type UserIds } from './findUser';
import { Held } from './Held';
import { findLauncher, type Launcher } from './Launcher';
import { fileMount, hostsFile } from './networkFiles';
import { placeMounts } from './placeMounts';
import { OutputPipes } from './process/OutputPipes';
import { superviseStep, type StepEnd } from './process/superviseStep';
import { diskUse, watchDisk } from './process/watchDisk';
import { quoteWords } from './quoteWords';
import { resolveInRoot } from './resolveInRoot';
import { resourceLimits } from './resourceLimits';
import { ScratchFolder } from './ScratchFolder';
import type { StepPrograms } from './stepCommand';
import { stepError } from './stepError';
import type { StepNetwork } from './StepNetwork';
import { workingDirectory } from './workingDirectory';

/** What a {@link ChrootExecutor} works with. */
export interface ChrootExecutorSetup extends ExecutorSetup {
  readonly programs: StepPrograms;
  readonly platforms: readonly string[];
}

/** No control group is joined: the container this runs in has its own. */
const noGroup = { holds: () => false, memoryKills: 0, refusedProcesses: 0 };

/**
 * Runs steps by `chroot` alone, for where neither namespaces nor mounts are
 * possible but root is (a pod with the runtime's default seccomp profile). The
 * whole filesystem is unpacked for each step, and what it changed is found by
 * walking it.
 *
 * Weaker than {@link NamespaceExecutor}: a step shares the process list, the
 * network and the user ids of the container, so it can signal the builder and
 * whatever else runs as its user there; there is no `/proc` and `/sys`; mounts
 * are copies. It sees no file, no variable and no descriptor of ours.
 */
export class ChrootExecutor implements Executor {
  readonly name = 'chroot';
  private readonly scratch: ScratchFolder;
  private readonly pipes: OutputPipes;
  private counter = 0;

  private constructor(
    private readonly setup: ChrootExecutorSetup,
    private readonly launchers: { setpriv: Launcher; env: Launcher },
  ) {
    this.scratch = ScratchFolder.create(setup.scratch);
    mkdirSync(path.join(this.scratch.path, 'pipes'));
    this.pipes = new OutputPipes(path.join(this.scratch.path, 'pipes'));
  }

  static async open(setup: ChrootExecutorSetup): Promise<ChrootExecutor> {
    const [setpriv, env] = await Promise.all([
      findLauncher('setpriv'),
      findLauncher('env'),
      ScratchFolder.sweep(setup.scratch),
    ]);
    if (!setpriv || !env) {
      throw new BuilderError(
        'unsupported',
        'RUN needs "env", "setpriv" and "ldd" of this machine: install coreutils, util-linux and libc-bin',
        { operation: 'exec' },
      );
    }
    return new ChrootExecutor(setup, { setpriv, env });
  }

  async run(
    step: Step,
    output: StepOutput,
    signal: AbortSignal,
  ): Promise<StepResult> {
    checkStep(step, this.setup.platforms, signal);
    const held = new Held();
    const placed = new Held();
    try {
      const { store, networks } = this.setup;
      const [unpacked, tree, network] = await Promise.all([
        held.keep(store.unpack(step.root, { flat: true, signal })),
        store.tree(step.root),
        held.keep(networks.acquire(step.network)),
      ]);
      this.counter += 1;
      const folder = path.join(this.scratch.path, `step-${this.counter}`);
      mkdirSync(folder);
      held.add(() => rm(folder, { recursive: true, force: true }));
      held.add(() => placed.release());
      const root = unpacked.directories[0];
      const ready = { step, tree, root, folder, network, output };
      const { ignore, ...where } = await this.furnish(ready, placed);
      const snapshot = takeSnapshot(root, ignore);
      const end = await this.supervise({ ...ready, ...where }, signal);
      held.add(() => end.release());
      const error = stepError(step, end, noGroup, '');
      if (error) throw error;
      await placed.release();
      await network.release();
      const warn = this.setup.warn ? { warn: this.setup.warn } : {};
      return {
        changes: () => diffDirectory(root, tree, snapshot, { ignore, ...warn }),
        fetched: network.fetched(),
        dispose: () => held.release(),
      };
    } catch (error) {
      await held.release().catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.setup.networks.close();
    await this.scratch.remove();
  }

  /** Puts into the root what is no part of the image. */
  private async furnish(
    { step, tree, root, folder, network }: StartedStep,
    placed: Held,
  ): Promise<{ user: UserIds; cwd: string; ignore: string[] }> {
    const [{ mounts }, user, found] = await Promise.all([
      placeMounts(tree, [
        fileMount('/etc/hosts', hostsFile(step)),
        fileMount('/etc/resolv.conf', network.resolver),
        ...step.mounts,
      ]),
      findUser(tree, step.user),
      resolveInRoot(tree, step.cwd),
    ]);
    const cwd = workingDirectory(step.cwd, found, mounts);
    const files = [this.launchers.setpriv, this.launchers.env].flatMap(
      launcher => launcher.files,
    );
    const warn = this.setup.warn ?? (() => undefined);
    const devices = await makeDevices(root, files, placed, warn);
    await placeFiles(root, folder, mounts, placed);
    const ignore = [...devices, ...mounts.map(({ path: name }) => name)];
    return { ignore, user, cwd };
  }

  private async supervise(
    { step, root, folder, network, output, user, cwd }: ReadyStep,
    signal: AbortSignal,
  ): Promise<StepEnd> {
    const { limits } = step;
    const { programs } = this.setup;
    const before = limits.disk === undefined ? 0 : await diskUse(root);
    const program = chrootCommand({
      ...{ programs, root, user, cwd, args: step.args },
      launchers: {
        setpriv: this.launchers.setpriv.command(launcherPath),
        env: this.launchers.env.command(launcherPath),
      },
      env: [...step.env, ...network.env],
      resourceLimits: resourceLimits(limits, noGroup),
    });
    const commandFile = path.join(folder, 'command');
    await writeFile(commandFile, quoteWords(program), { mode: 0o600 });
    const stdout = await this.pipes.open(user.uid, user.gid);
    const stderr = await this.pipes.open(user.uid, user.gid);
    try {
      return await superviseStep({
        command: [
          ...[programs.setpriv, '--pdeathsig', 'KILL', '--'],
          ...(network.kind === 'joined'
            ? [programs.nsenter, '--net=/proc/self/fd/4', '--']
            : []),
          ...[programs.sh, '-c', plainKeeperScript, 'keeper', commandFile],
          ...[stdout.path, stderr.path],
        ],
        cwd: '/',
        ...{ stdout, stderr, output, signal },
        killAll: () => killRooted(root),
        ...(network.descriptor !== undefined && {
          network: network.descriptor,
        }),
        ...(limits.timeout !== undefined && { timeout: limits.timeout }),
        ...(limits.disk !== undefined && {
          watch: stop =>
            watchDisk(root, limits.disk ?? 0, () => stop('disk'), before),
        }),
      });
    } finally {
      await rm(commandFile, { force: true });
    }
  }
}

/** What {@link ChrootExecutor} has for a step at first. */
interface StartedStep {
  readonly step: Step;
  readonly tree: FileTree;
  readonly root: string;
  /** For what is put aside. */
  readonly folder: string;
  readonly network: StepNetwork;
  readonly output: StepOutput;
}

/** What it knows when the step starts. */
interface ReadyStep extends StartedStep {
  readonly user: UserIds;
  readonly cwd: string;
}
