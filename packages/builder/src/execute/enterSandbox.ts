import { spawnSync } from 'node:child_process';
import { closeSync, readFileSync } from 'node:fs';
import { findProgram } from './findProgram';
import { hasIdRange } from './idRange';
import { inheritedDescriptors } from './process/inheritedDescriptors';

/** Set for the inner process, so that it does not enter again. */
const marker = 'BUILDOG_SANDBOX';

/** Which ids a builder has inside: all of the machine's, a range of its own, or one. */
export type SandboxIds = 'machine' | 'range' | 'single';

/**
 * Program and arguments to be put before a command so that it runs in a mount
 * namespace of its own: as root as it is, as another user as root of a user
 * namespace, with all the ids that `/etc/subuid` gives that user, or with one id
 * where it gives none. Undefined where `unshare` is missing.
 */
export function sandboxCommand(ids: SandboxIds): string[] | undefined {
  const unshare = findProgram('unshare');
  if (!unshare) return undefined;
  const user = {
    machine: [],
    range: ['--user', '--map-auto', '--map-root-user'],
    single: ['--user', '--map-root-user'],
  }[ids];
  return [unshare, ...user, '--mount', '--propagation', 'private', '--'];
}

/** What this user gets: see {@link SandboxIds}. */
export function sandboxIds(): SandboxIds {
  if (process.getuid?.() === 0) return 'machine';
  return hasIdRange() ? 'range' : 'single';
}

/** True when this process is in a user namespace that is not the machine's first. */
export function insideUserNamespace(): boolean {
  return mappedIds() < 2 ** 32 - 1;
}

/** How many user ids this process' namespace has. */
export function mappedIds(): number {
  try {
    return readFileSync('/proc/self/uid_map', 'utf8')
      .trim()
      .split('\n')
      .reduce((sum, line) => sum + Number(line.trim().split(/\s+/)[2]), 0);
  } catch {
    return 2 ** 32 - 1;
  }
}

/** True when this process was started anew by {@link enterSandbox}. */
export function insideSandbox(): boolean {
  return process.env[marker] !== undefined;
}

/**
 * Starts this very process anew in a mount namespace of its own, with the same
 * arguments, environment, descriptors and process id, and does not return; does
 * nothing when that has happened already. To be called first of all by a program
 * that builds: mounts then die with it, whatever kills it. Returns false when
 * the machine does not let us (no `unshare`, or user namespaces are refused).
 */
export function enterSandbox(): boolean {
  if (insideSandbox()) return true;
  const command = sandboxCommand(sandboxIds());
  if (!command || !isAllowed(command)) return false;
  const inner = [
    process.execPath,
    ...process.execArgv,
    ...process.argv.slice(1),
  ];
  const env = { ...process.env, [marker]: '1' };
  const [program, ...args] = [...command, ...inner];
  closeInherited();
  if (typeof process.execve === 'function') {
    process.execve(program, [program, ...args], env);
  }
  // Node before 22.15 can not replace itself.
  const { status, signal } = spawnSync(program, args, {
    stdio: 'inherit',
    env,
  });
  if (signal) process.kill(process.pid, signal);
  return process.exit(status ?? 1);
}

/** A failed `execve` would end us, so ask first. */
function isAllowed([program, ...args]: readonly string[]): boolean {
  const probe = findProgram('true');
  if (!probe) return false;
  const { status } = spawnSync(program, [...args, probe], { stdio: 'ignore' });
  return status === 0;
}

/** What we were not meant to have, a step is not, either. Node's own channel to its parent stays. */
function closeInherited(): void {
  const channel = Number(process.env.NODE_CHANNEL_FD ?? -1);
  for (const descriptor of inheritedDescriptors()) {
    if (descriptor !== channel) closeSync(descriptor);
  }
}
