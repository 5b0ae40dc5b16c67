import { defaultCapabilities } from './capabilities';
import { enterScript, keeperScript } from './enterScript';
import type { UserIds } from './findUser';

/** Programs of the machine that lead into a step: absolute paths. */
export interface StepPrograms {
  readonly sh: string;
  readonly setpriv: string;
  readonly unshare: string;
  readonly nsenter: string;
  readonly chroot: string;
  readonly prlimit: string;
}

/** See {@link keeperCommand}. */
export interface KeeperCommandOptions {
  readonly programs: StepPrograms;
  readonly folder: string;
  /** Options of the filesystem's mount. */
  readonly overlay: string;
  /** Named pipes. */
  readonly stdout: string;
  readonly stderr: string;
  readonly hostname: string;
  /** `joined`: the namespace on descriptor 4; `host`: ours. */
  readonly network: 'joined' | 'host';
  /** Files of control groups to join. */
  readonly groups: readonly string[];
  /** Relative to the root, without symlinks. */
  readonly cwd: string;
  /** File with what {@link programCommand} gave. */
  readonly commandFile: string;
  /** Mount points to be made inside other mounts. */
  readonly innerFiles: readonly string[];
}

/**
 * The program and arguments that lead to a step's keeper and on into the step:
 * a chain of the system's own programs, each of which becomes the next. An array
 * from end to end. Every user of the machine can read it: nothing secret is in
 * it. Pure.
 *
 * `setpriv` ties the chain to our life; `unshare` makes the keeper's namespaces
 * and, inside, the step's own; `sh` mounts and goes on with the command file.
 */
export function keeperCommand(options: KeeperCommandOptions): string[] {
  const { programs } = options;
  return [
    ...[programs.setpriv, '--pdeathsig', 'KILL', '--'],
    ...(options.network === 'joined'
      ? [programs.nsenter, '--net=/proc/self/fd/4', '--']
      : []),
    ...[programs.unshare, '--pid', '--fork', '--kill-child', '--mount', '--'],
    ...[programs.sh, '-c', keeperScript, 'keeper'],
    ...[options.folder, options.overlay, options.stdout, options.stderr],
    ...[programs.unshare, '--pid', '--fork', '--kill-child', '--mount'],
    ...['--ipc', '--uts', '--cgroup', '--', programs.sh, '-c', enterScript],
    ...['enter', options.folder],
    ...[String(options.groups.length), ...options.groups],
    ...[options.hostname, options.cwd, options.commandFile],
    ...[String(options.innerFiles.length), ...options.innerFiles],
  ];
}

/** See {@link programCommand}. */
export interface ProgramCommandOptions {
  readonly programs: StepPrograms;
  /** Arguments that run `env` inside the step's root. */
  readonly launcher: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly string[];
  /** Relative to the root, without symlinks. */
  readonly cwd: string;
  readonly user: UserIds;
  /** Arguments for `prlimit`; none when control groups hold the limits. */
  readonly resourceLimits: readonly string[];
  readonly allCapabilities: boolean;
}

/**
 * What the shell inside a step's namespaces becomes: `setpriv` gives up
 * capabilities, `chroot` gives up the machine's files and the user's rights, and
 * `env`, already inside, sets the environment and becomes the program. Pure.
 */
export function programCommand(options: ProgramCommandOptions): string[] {
  const { programs, user } = options;
  return [
    ...(options.resourceLimits.length > 0
      ? [programs.prlimit, ...options.resourceLimits, '--']
      : []),
    ...[programs.setpriv, '--inh-caps=-all', '--ambient-caps=-all'],
    ...(options.allCapabilities ? [] : [boundingSet()]),
    ...['--', programs.chroot, '--skip-chdir'],
    // With a plus sign a number is a number: nothing is looked up.
    `--userspec=+${user.uid}:+${user.gid}`,
    `--groups=${user.groups.map(group => `+${group}`).join(',')}`,
    ...['--', wayToRoot(options.cwd), ...options.launcher],
    ...['-i', '--', ...options.env, ...options.args],
  ];
}

function boundingSet(): string {
  const kept = defaultCapabilities.map(name => `+${name}`).join(',');
  return `--bounding-set=-all,${kept}`;
}

/** From the working directory, which `chroot` has to leave as it is. */
function wayToRoot(cwd: string): string {
  const depth = cwd.split('/').filter(name => name !== '').length;
  return depth === 0
    ? '.'
    : Array.from({ length: depth }, () => '..').join('/');
}
