import { existsSync } from 'node:fs';
import { BuilderError } from '../errors/BuilderError';
import type { FileTree } from '../layers/FileTree';
import type { Step, StepMount } from './Executor';
import { findUser, type UserIds } from './findUser';
import { ForwardedSocket } from './ForwardedSocket';
import type { LauncherFile } from './Launcher';
import { mountFlags } from './mountFlags';
import { fileMount, hostsFile } from './networkFiles';
import {
  addMountPoints,
  placeMounts,
  type MountPoint,
  type PlacedMount,
} from './placeMounts';
import { planStepMounts } from './planStepMounts';
import { planSystemMounts } from './planSystemMounts';
import type { PrivateFiles } from './PrivateFiles';
import { resolveInRoot } from './resolveInRoot';
import { workingDirectory } from './workingDirectory';
import { StepFolder } from './StepFolder';
import type { StepNetwork } from './StepNetwork';

/** A step that is ready to be started. */
export interface PreparedStep {
  readonly folder: StepFolder;
  /** Options for the mount of the step's filesystem. */
  readonly overlay: string;
  readonly user: UserIds;
  /** Relative to the root, without symlinks. */
  readonly cwd: string;
  /** Files to be made inside other mounts. */
  readonly innerFiles: readonly string[];
  /** What is mounted on and not in the image: no part of what the step changed. */
  readonly mountPoints: readonly string[];
}

/** See {@link prepareStep}. */
export interface PrepareStepOptions {
  readonly step: Step;
  readonly tree: FileTree;
  /** Layers, lowest first. */
  readonly directories: readonly string[];
  readonly folder: string;
  readonly launcher: readonly LauncherFile[];
  /** Lower half of `/dev`. */
  readonly devices: string;
  readonly secrets: PrivateFiles;
  readonly network: StepNetwork;
  readonly userXattr: boolean;
  /** Takes what gives back something that was made; called in reverse order. */
  onRelease(release: () => Promise<void>): void;
}

/** Writes down everything a step needs to be mounted, and looks up what it names. */
export async function prepareStep(
  options: PrepareStepOptions,
): Promise<PreparedStep> {
  const { step, tree, network, userXattr } = options;
  const mounts: StepMount[] = [
    fileMount('/etc/hosts', hostsFile(step)),
    fileMount('/etc/resolv.conf', network.resolver),
    ...step.mounts,
  ];
  const [folder, user, found, placed] = await Promise.all([
    StepFolder.create(options.folder),
    findUser(tree, step.user),
    resolveInRoot(tree, step.cwd),
    placeMounts(tree, mounts),
  ]);
  options.onRelease(() => folder.remove());
  const cwd = workingDirectory(step.cwd, found, placed.mounts);

  const sources = await Promise.all(
    placed.mounts.map((mount, index) =>
      sourceOf(mount, index, folder, options),
    ),
  );
  const points = new Map<string, MountPoint>();
  await addKernelFolders(tree, points);
  for (const point of placed.mountPoints) points.set(point.path, point);
  await folder.addMountPoints([...points.values()]);

  const flagsOf = (source: string) => (userXattr ? mountFlags(source) : []);
  const plan = planStepMounts(placed.mounts, {
    root: folder.root,
    discardFolders: index => ({ upper: `m${index}u`, work: `m${index}w` }),
    sourceOf: index => sources[index],
    flagsOf,
    userXattr,
    cwd,
  });
  await folder.link('d', options.devices);
  await folder.writeMounts(
    [
      ...planSystemMounts({
        root: folder.root,
        devices: { lower: 'd', upper: 'du', work: 'dw' },
        sysfs: network.kind !== 'host' || !userXattr,
        mqueue: existsSync('/proc/sys/fs/mqueue'),
        userXattr,
        launcher: options.launcher,
        mask: step.security === 'sandbox',
        flagsOf,
        exists: existsSync,
      }),
      ...plan.outer,
    ],
    plan.inner,
    plan.last,
  );
  return {
    folder,
    overlay: await folder.overlay(options.directories, userXattr),
    user,
    cwd,
    innerFiles: plan.innerFiles,
    mountPoints: leaves([...points.keys()]),
  };
}

/** What is shown at a place, made where it has to be made. */
async function sourceOf(
  { mount }: PlacedMount,
  index: number,
  folder: StepFolder,
  { secrets, onRelease }: PrepareStepOptions,
): Promise<string> {
  switch (mount.type) {
    case 'file': {
      const added = await secrets.add(mount.content, mount);
      onRelease(() => secrets.remove(added));
      return added;
    }
    case 'socket': {
      const place = await secrets.place();
      const socket = await ForwardedSocket.listen(place, mount.source, mount);
      onRelease(() => socket.close());
      return place;
    }
    case 'directory':
      if (mount.access !== 'discardWrites') return mount.source;
      await folder.discardFolders(index);
      return folder.link(`m${index}`, mount.source);
    default:
      return '';
  }
}

/** `/proc`, `/sys` and `/dev` of the image: what is missing is made below it. */
async function addKernelFolders(
  tree: FileTree,
  points: Map<string, MountPoint>,
): Promise<void> {
  for (const name of ['proc', 'sys', 'dev']) {
    const entry = await tree.lookup(name);
    if (!entry) addMountPoints(points, '', name, 'directory');
    else if (entry.type !== 'directory') {
      throw new BuilderError(
        'validation',
        `/${name} of the image is a ${entry.type}: RUN needs a directory there`,
        { operation: 'exec' },
      );
    }
  }
}

/** Paths that no other path lies below. What a step writes beside a mount point is the step's own. */
function leaves(paths: readonly string[]): string[] {
  return paths.filter(
    path => !paths.some(other => other.startsWith(`${path}/`)),
  );
}
