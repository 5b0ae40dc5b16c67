import { readdirSync, readFileSync } from 'node:fs';
import type { StepGroup } from './cgroup/StepGroup';
import type { Limits } from './Executor';

/**
 * Arguments of `prlimit` for the limits that no control group holds: weaker,
 * because they count for each process (memory) or for all of a user's (processes,
 * hence what runs already is added), and bind real root only in part. The
 * findings say so.
 */
export function resourceLimits(
  limits: Limits,
  group: Pick<StepGroup, 'holds'>,
  running = countProcesses,
): string[] {
  const args: string[] = [];
  if (limits.memory !== undefined && !group.holds('memory')) {
    args.push(`--as=${limits.memory}`);
  }
  if (limits.processes !== undefined && !group.holds('pids')) {
    args.push(`--nproc=${limits.processes + running()}`);
  }
  if (limits.disk !== undefined) args.push(`--fsize=${limits.disk}`);
  return args;
}

/** Threads of this user's processes: what `RLIMIT_NPROC` counts. */
function countProcesses(): number {
  const uid = String(process.getuid?.() ?? 0);
  let count = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const status = readFileSync(`/proc/${name}/status`, 'utf8');
      if (/^Uid:\s+(\d+)/m.exec(status)?.[1] !== uid) continue;
      count += Number(/^Threads:\s+(\d+)/m.exec(status)?.[1] ?? 1);
    } catch {
      // Ended meanwhile.
    }
  }
  return count;
}
