import { randomBytes } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { StoreFolders } from './StoreFolders';

const HEARTBEAT_MS = 60_000;
/** For processes that cannot be looked at from here. */
const SILENCE_MS = 60 * 60_000;

interface ProcessMark {
  readonly boot: string;
  readonly pidNamespace: string;
  readonly pid: number;
  readonly startTime: string;
}

/**
 * One process that uses a store. What it makes is named after it, so that
 * after its death (a SIGKILL too) another one can clean up.
 */
export class Session {
  readonly id = randomBytes(8).toString('hex');
  private readonly heartbeat: NodeJS.Timeout;
  private counter = 0;

  constructor(private readonly folders: StoreFolders) {
    writeFileSync(this.mark, JSON.stringify(markOf(process.pid)), {
      mode: 0o600,
    });
    mkdirSync(folders.in('tmp', this.id), { mode: 0o700 });
    this.heartbeat = setInterval(() => this.beat(), HEARTBEAT_MS).unref();
  }

  /** A path where nothing is, on the store's filesystem. */
  temporary(): string {
    this.counter += 1;
    return join(this.folders.in('tmp', this.id), String(this.counter));
  }

  /** Removes everything of this session. Idempotent. */
  close(): void {
    clearInterval(this.heartbeat);
    removeSession(this.folders, this.id);
  }

  private get mark(): string {
    return this.folders.in('sessions', `${this.id}.json`);
  }

  private beat(): void {
    const now = new Date();
    try {
      utimesSync(this.mark, now, now);
    } catch {
      // The store was deleted: there is nothing to keep.
    }
  }
}

/** Ids of the sessions whose process is there, or may be. */
export function livingSessions(folders: StoreFolders): Set<string> {
  const living = new Set<string>();
  for (const name of readdirSync(folders.in('sessions', ''))) {
    const id = name.replace(/\.json$/, '');
    if (isAlive(folders.in('sessions', name))) living.add(id);
  }
  return living;
}

/** Removes what dead processes left. Returns their ids. */
export function sweepSessions(folders: StoreFolders): string[] {
  const living = livingSessions(folders);
  const dead = new Set(
    (['tmp', 'sessions'] as const)
      .flatMap(folder => readdirSync(folders.in(folder, '')))
      .map(name => name.replace(/\.json$/, ''))
      .filter(id => !living.has(id)),
  );
  for (const id of dead) removeSession(folders, id);
  return [...dead];
}

function removeSession(folders: StoreFolders, id: string): void {
  const force = { recursive: true, force: true } as const;
  rmSync(folders.in('tmp', id), force);
  rmSync(folders.in('sessions', `${id}.json`), force);
}

function isAlive(file: string): boolean {
  let mark: Partial<ProcessMark>;
  let silence: number;
  try {
    silence = Date.now() - statSync(file).mtimeMs;
    mark = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // Gone, or being written at this moment.
    return (
      Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) <
      HEARTBEAT_MS
    );
  }
  const ours = markOf(process.pid);
  if (mark.boot === ours.boot && mark.pidNamespace === ours.pidNamespace) {
    return startTimeOf(mark.pid ?? 0) === mark.startTime;
  }
  return silence < SILENCE_MS;
}

function markOf(pid: number): ProcessMark {
  return {
    boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    pidNamespace: readlinkSync('/proc/self/ns/pid'),
    pid,
    startTime: startTimeOf(pid) ?? '',
  };
}

/** Tells a process from a later one with the same number (proc(5), field 22 of stat). */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie holds nothing any more.
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
