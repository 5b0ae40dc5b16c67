import type { FstabLine } from './fstab';
import type { LauncherFile } from './Launcher';

/** Where the launcher lies, in `/dev`. */
export const launcherFolder = '.buildog';

/** What {@link planSystemMounts} needs to know of this machine. */
export interface SystemMountOptions {
  /** The step's filesystem as it will be mounted on this machine. */
  readonly root: string;
  /** Files that a mount point covers: empty, owned by us. */
  readonly devices: {
    readonly lower: string;
    readonly upper: string;
    readonly work: string;
  };
  /** A `sysfs` of its own can be mounted: the step has its own network namespace, or we are root. */
  readonly sysfs: boolean;
  readonly mqueue: boolean;
  /** Programs of the machine that set the step's environment, see `Launcher`. */
  readonly launcher: readonly LauncherFile[];
  /** Overlays take `userxattr`: we are in a user namespace. */
  readonly userXattr: boolean;
  /** False for a step that an administrator allowed to be insecure. */
  readonly mask: boolean;
  /** See `StepMountOptions`. */
  flagsOf(path: string): readonly string[];
  /** True for a path of this machine that exists. */
  exists(path: string): boolean;
}

/** Devices every program may expect; bound from the machine, because a user namespace can not make them. */
export const boundDevices = [
  'null',
  'zero',
  'full',
  'random',
  'urandom',
  'tty',
];

/** Kernel settings: to be read, not written. */
const readOnlyPaths = ['bus', 'fs', 'irq', 'sys', 'sysrq-trigger'];

/** What tells about the machine or reaches its memory: hidden, as container runtimes hide it. */
const hiddenPaths = [
  'proc/acpi',
  'proc/asound',
  'proc/interrupts',
  'proc/kcore',
  'proc/keys',
  'proc/latency_stats',
  'proc/sched_debug',
  'proc/scsi',
  'proc/timer_list',
  'proc/timer_stats',
  'sys/devices/virtual/powercap',
  'sys/firmware',
];

const hiddenFolders = new Set([
  'proc/acpi',
  'proc/asound',
  'proc/scsi',
  'sys/devices/virtual/powercap',
  'sys/firmware',
]);

/**
 * `/proc`, `/sys` and `/dev` of a step: its own, with nothing of the machine but
 * six harmless devices. In the order they are to be mounted. Pure.
 */
export function planSystemMounts(options: SystemMountOptions): FstabLine[] {
  const { root, devices, exists } = options;
  const line = (
    source: string,
    target: string,
    type: string,
    flags: string,
  ) => ({
    source,
    target: `${root}/${target}`,
    type,
    options: flags.split(','),
  });
  const safe = 'nosuid,nodev,noexec';
  return [
    line('proc', 'proc', 'proc', safe),
    options.sysfs
      ? line('sysfs', 'sys', 'sysfs', `ro,${safe}`)
      : line('tmpfs', 'sys', 'tmpfs', `ro,size=4k,${safe}`),
    ...(options.mask
      ? [
          ...readOnlyPaths
            .filter(name => exists(`/proc/${name}`))
            .map(name =>
              line(
                `${root}/proc/${name}`,
                `proc/${name}`,
                'none',
                `bind,ro,${safe}`,
              ),
            ),
          ...hiddenPaths
            .filter(name => exists(`/${name}`))
            .filter(name => options.sysfs || !name.startsWith('sys/'))
            .map(name =>
              hiddenFolders.has(name)
                ? line('tmpfs', name, 'tmpfs', `ro,size=4k,${safe}`)
                : line('/dev/null', name, 'none', 'bind'),
            ),
        ]
      : []),
    {
      source: 'dev',
      target: `${root}/dev`,
      type: 'overlay',
      options: [
        `lowerdir=${devices.lower}`,
        `upperdir=${devices.upper}`,
        `workdir=${devices.work}`,
        'nosuid',
        'nodev',
        ...(options.userXattr ? ['userxattr'] : []),
      ],
    },
    ...boundDevices
      .filter(name => exists(`/dev/${name}`))
      .map(name => line(`/dev/${name}`, `dev/${name}`, 'none', 'bind')),
    ...options.launcher.map(({ name, source }) =>
      line(
        source,
        `dev/${launcherFolder}/${name}`,
        'none',
        ['bind', 'ro', 'nodev', ...options.flagsOf(source)].join(','),
      ),
    ),
    line(
      'devpts',
      'dev/pts',
      'devpts',
      'newinstance,ptmxmode=0666,mode=0620,nosuid,noexec',
    ),
    line('shm', 'dev/shm', 'tmpfs', `mode=1777,size=64m,${safe}`),
    ...(options.mqueue ? [line('mqueue', 'dev/mqueue', 'mqueue', safe)] : []),
  ];
}
