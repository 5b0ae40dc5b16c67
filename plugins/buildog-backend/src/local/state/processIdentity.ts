import { readFile } from 'node:fs/promises';

/** A process, told apart from later ones with the same id. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks since boot, from proc(5). */
  startTime: string;
  /** Of this boot of the machine. */
  bootId: string;
}

/** Who a process is; `undefined` when there is none, or only its remains. */
export async function identify(
  pid: number,
): Promise<ProcessIdentity | undefined> {
  try {
    const [stat, bootId] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    // The second field, the name, may hold blanks and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return { pid, startTime: fields[19], bootId: bootId.trim() };
  } catch {
    return undefined;
  }
}

/** Whether that very process still runs. */
export async function isAlive(process: ProcessIdentity): Promise<boolean> {
  const now = await identify(process.pid);
  return now?.startTime === process.startTime && now.bootId === process.bootId;
}
