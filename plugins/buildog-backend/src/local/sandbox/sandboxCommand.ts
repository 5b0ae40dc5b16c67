import type { StepSpec } from '../state/AttemptSpec';
import { ENTER_SCRIPT } from './enterScript';
import { requireProgram } from './findProgram';
import { userNamespace } from './userNamespace';

/** Rights over the machine itself. */
const KERNEL_RIGHTS = [
  ...['sys_boot', 'sys_module', 'sys_rawio', 'sys_time', 'syslog'],
  ...['mac_admin', 'mac_override', 'audit_control', 'wake_alarm'],
];

/**
 * Program and arguments that run a step: a chain of the system's own programs,
 * each of which becomes the next. An array from end to end.
 *
 * `setpriv` ties the chain to the life of the supervisor; `unshare` makes the
 * namespaces and kills what is inside when it ends itself; `sh` mounts; `env`
 * and `chroot` become the step's program, process 1 of its namespace, with
 * which everything it started ends by the kernel's hand.
 *
 * @throws Error that names a program which is missing.
 */
export function sandboxCommand(
  step: Pick<StepSpec, 'command' | 'env' | 'limits' | 'privileged'>,
  folder: string,
  nice: number,
): string[] {
  return [
    ...[requireProgram('setpriv'), '--pdeathsig', 'KILL', '--'],
    ...[requireProgram('nice'), '-n', String(nice)],
    ...[requireProgram('prlimit'), ...limitsOf(step), '--'],
    ...unshareCommand(),
    ...[requireProgram('sh'), '-c', ENTER_SCRIPT, 'enter', folder],
    ...[requireProgram('setpriv'), ...rightsOf(step), '--'],
    ...[requireProgram('env'), '-i'],
    ...Object.entries(step.env).map(([name, value]) => `${name}=${value}`),
    ...[requireProgram('chroot'), '--skip-chdir', '.', ...step.command],
  ];
}

/** The namespaces of a step. @throws Error that names a program which is missing. */
export function unshareCommand(): string[] {
  return [
    ...[requireProgram('unshare'), ...userNamespace()],
    ...['--mount', '--propagation', 'private'],
    ...['--pid', '--fork', '--kill-child', '--ipc', '--'],
  ];
}

/**
 * What root may do in a step. Ours need nothing but to enter their root. A
 * builder mounts, and becomes others, but has no business with the kernel.
 */
function rightsOf({ privileged }: Pick<StepSpec, 'privileged'>): string[] {
  const kept = privileged
    ? KERNEL_RIGHTS.map(name => `-${name}`)
    : ['-all', '+sys_chroot'];
  return [
    ...['--inh-caps=-all', '--ambient-caps=-all'],
    `--bounding-set=${kept.join(',')}`,
    ...(privileged ? [] : ['--no-new-privs']),
  ];
}

function limitsOf({ limits }: Pick<StepSpec, 'limits'>): string[] {
  const { memoryBytes, processes, fileBytes } = limits;
  return [
    '--core=0',
    ...(memoryBytes ? [`--data=${memoryBytes}`] : []),
    ...(processes ? [`--nproc=${processes}`] : []),
    ...(fileBytes ? [`--fsize=${fileBytes}`] : []),
  ];
}
