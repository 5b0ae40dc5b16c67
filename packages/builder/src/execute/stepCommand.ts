import path from 'node:path';
import { defaultCapabilities } from './capabilities';
import { enterScript, keeperScript } from './enterScript';
import type { UserIds } from './findUser';

/** Programs of the machine that lead into a step: absolute paths. */
export interface StepPrograms {
  readonly sh: string;
  readonly setpriv: string;
  readonly unshare: string;
  readonly nsenter: string;
  readonly env: string;
  readonly chroot: string;
  readonly prlimit: string;
  readonly ip?: string;
}

/** See {@link stepCommand}. */
export interface StepCommandOptions {
  readonly programs: StepPrograms;
  readonly folder: string;
  /** Options of the filesystem's mount. */
  readonly overlay: string;
  /** Named pipes. */
  readonly stdout: string;
  readonly stderr: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
  /** Relative to the root, without symlinks. */
  readonly cwd: string;
  readonly user: UserIds;
  readonly hostname: string;
  /** `joined`: the namespace on descriptor 4; `new`: one with nothing but a loopback; `host`: ours. */
  readonly network: 'joined' | 'new' | 'host';
  /** Files of control groups to join. */
  readonly groups: readonly string[];
  /** Mount points to be made inside other mounts. */
  readonly innerFiles: readonly string[];
  /** Arguments for `prlimit`; none when control groups hold the limits. */
  readonly resourceLimits: readonly string[];
  readonly allCapabilities: boolean;
}

/**
 * The program and arguments that run a step: a chain of the system's own
 * programs, each of which becomes the next. An array from end to end; what an
 * author writes is never part of a shell's text. Pure.
 *
 * `setpriv` ties the chain to our life; `unshare` makes the keeper's namespaces
 * and, inside, the step's own; `sh` mounts; `setpriv` gives up
 * capabilities; `env` replaces the environment; `chroot` gives up the machine's
 * files and the user's rights, and becomes the step's program.
 */
export function stepCommand(options: StepCommandOptions): string[] {
  const { programs, user } = options;
  return [
    ...[programs.setpriv, '--pdeathsig', 'KILL', '--'],
    ...(options.network === 'joined'
      ? [programs.nsenter, '--net=/proc/self/fd/4', '--']
      : []),
    ...[programs.unshare, '--pid', '--fork', '--kill-child', '--mount', '--'],
    ...[programs.sh, '-c', keeperScript, 'keeper'],
    ...[options.folder, options.overlay, options.stdout, options.stderr],
    ...[programs.unshare, '--pid', '--fork', '--kill-child', '--mount'],
    ...['--ipc', '--uts', '--cgroup'],
    ...(options.network === 'new' ? ['--net'] : []),
    ...['--', programs.sh, '-c', enterScript, 'enter'],
    ...[options.folder, String(options.groups.length), ...options.groups],
    options.hostname,
    options.network === 'new' ? programs.ip ?? '' : '',
    options.cwd,
    ...[String(options.innerFiles.length), ...options.innerFiles],
    ...(options.resourceLimits.length > 0
      ? [programs.prlimit, ...options.resourceLimits, '--']
      : []),
    ...[programs.setpriv, '--inh-caps=-all', '--ambient-caps=-all'],
    ...(options.allCapabilities ? [] : [boundingSet()]),
    ...['--', programs.env, '-i', '--', ...options.env],
    ...[programs.chroot, '--skip-chdir'],
    `--userspec=+${user.uid}:+${user.gid}`,
    `--groups=${user.groups.map(group => `+${group}`).join(',')}`,
    ...['--', wayToRoot(options.cwd), ...options.args],
  ];
}

/** Numbers have a plus sign in `chroot`'s arguments: it then looks up nothing, with no library of the image. */
function boundingSet(): string {
  const kept = defaultCapabilities.map(name => `+${name}`).join(',');
  return `--bounding-set=-all,${kept}`;
}

/** From the working directory, which `chroot` has to leave as it is. */
function wayToRoot(cwd: string): string {
  const depth = cwd.split('/').filter(name => name !== '').length;
  return depth === 0
    ? '.'
    : path.join(...Array.from({ length: depth }, () => '..'));
}
