import { defaultCapabilities } from '../capabilities';
import type { UserIds } from '../findUser';
import { launcherFolder } from '../planSystemMounts';
import type { StepPrograms } from '../stepCommand';

/** See {@link chrootCommand}. */
export interface ChrootCommandOptions {
  readonly programs: StepPrograms;
  /** Arguments that run `setpriv` and `env` inside the root. */
  readonly launchers: {
    readonly setpriv: readonly string[];
    readonly env: readonly string[];
  };
  readonly root: string;
  /** Relative to the root, without symlinks. */
  readonly cwd: string;
  readonly user: UserIds;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly resourceLimits: readonly string[];
}

/** What a program needs to leave a `chroot`, or to reach a disk. */
const dangerous = ['sys_chroot', 'mknod'];

/**
 * What the plain keeper starts: `nsenter` changes root and working directory
 * (and enters no namespace), then, inside, `setpriv` gives up the user's rights
 * and whatever would lead out again, and `env` becomes the program. Pure.
 */
export function chrootCommand(options: ChrootCommandOptions): string[] {
  const { programs, launchers, user, root } = options;
  const kept = defaultCapabilities
    .filter(name => !dangerous.includes(name))
    .map(name => `+${name}`);
  return [
    ...(options.resourceLimits.length > 0
      ? [programs.prlimit, ...options.resourceLimits, '--']
      : []),
    ...[
      programs.nsenter,
      `--root=${root}`,
      `--wd=${root}/${options.cwd}`,
      '--',
    ],
    ...launchers.setpriv,
    ...[`--reuid=${user.uid}`, `--regid=${user.gid}`],
    user.groups.length > 0
      ? `--groups=${user.groups.join(',')}`
      : '--clear-groups',
    ...['--inh-caps=-all', `--bounding-set=-all,${kept.join(',')}`, '--'],
    ...[...launchers.env, '-i', '--', ...options.env, ...options.args],
  ];
}

/** Where the launchers lie inside the root. */
export const launcherPath = `/dev/${launcherFolder}`;
