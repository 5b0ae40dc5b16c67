import { readFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A process by its id and its start time: an id alone may be another process's tomorrow. */
export type ProcessRecord = {
  pid: number;
  /** In clock ticks since boot, as the kernel gives it. */
  startTime: string;
};

/** The record of a process that runs now; `undefined` when there is none (a zombie counts as none). */
export function recordProcess(pid: number): ProcessRecord | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field is the program's name in parentheses and may contain anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : { pid, startTime: fields[19] };
}

/** True while that very process runs. */
export function isRunning(record: ProcessRecord): boolean {
  return recordProcess(record.pid)?.startTime === record.startTime;
}

/** Sends a signal to that very process; does nothing when it has ended. */
export function signalProcess(
  record: ProcessRecord,
  signal: NodeJS.Signals,
): void {
  if (!isRunning(record)) return;
  try {
    process.kill(record.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Writes a record to its file. */
export async function writeProcessRecord(
  file: string,
  record: ProcessRecord,
): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(record));
}

/** The record in that file when its process still runs. */
export async function readRunningProcess(
  file: string,
): Promise<ProcessRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(file, 'utf8')) as ProcessRecord;
    return isRunning(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Forgets a record. */
export async function removeProcessRecord(file: string): Promise<void> {
  await rm(file, { force: true });
}
