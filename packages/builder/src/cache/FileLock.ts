import { randomUUID } from 'node:crypto';
import { readlinkSync, readFileSync } from 'node:fs';
import {
  link,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A lock that is held. */
export interface HeldLock {
  /** Idempotent. */
  release(): Promise<void>;
}

/** How often a holder says that it lives, and when others believe that it does not. */
const HEARTBEAT_MS = 5_000;
const STALE_MS = 20_000;

interface Holder {
  readonly token: string;
  readonly pid: number;
  /** Kernel's start time of the process: a number may be given to another one. */
  readonly start: string;
  /** Process ids only mean something in one namespace of one machine. */
  readonly namespace: string;
}

/**
 * Takes a lock between processes, also of different containers that share a
 * folder. The lock of a process that was killed is taken over: at once where the
 * process can be looked up, else when its heartbeat has stopped.
 *
 * @throws the signal's reason when it aborts first
 */
export async function takeLock(
  path: string,
  signal: AbortSignal,
): Promise<HeldLock> {
  await mkdir(dirname(path), { recursive: true });
  for (let delay = 2; ; delay = Math.min(delay * 1.5, 100)) {
    signal.throwIfAborted();
    const held = await tryLock(path);
    if (held) return held;
    await sleep(delay, undefined, { signal }).catch(() =>
      signal.throwIfAborted(),
    );
  }
}

/** Takes a lock if nobody living has it; the folder must be there. */
export async function tryLock(path: string): Promise<HeldLock | undefined> {
  const holder: Holder = { token: randomUUID(), ...ownIdentity() };
  const draft = `${path}.${holder.token}`;
  await writeFile(draft, JSON.stringify(holder));
  try {
    if (await place(draft, path)) return hold(path, holder.token);
    if (!(await removeDead(path))) return undefined;
    return (await place(draft, path)) ? hold(path, holder.token) : undefined;
  } finally {
    await rm(draft, { force: true });
  }
}

/** True when a living process has the lock. */
export async function isLocked(path: string): Promise<boolean> {
  const holder = await readHolder(path);
  return holder !== undefined && (await isAlive(path, holder));
}

function hold(path: string, token: string): HeldLock {
  const beat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, HEARTBEAT_MS).unref();
  return {
    async release() {
      clearInterval(beat);
      if ((await readHolder(path))?.token === token) {
        await rm(path, { force: true });
      }
    },
  };
}

/** A link appears complete or not at all, and never over another. */
async function place(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes a dead holder's lock away; of several who try, only what was read is removed. */
async function removeDead(path: string): Promise<boolean> {
  const holder = await readHolder(path);
  if (!holder || (await isAlive(path, holder))) return false;
  const grave = `${path}.${holder.token}.dead`;
  try {
    await rename(path, grave);
  } catch {
    return false;
  }
  const moved = await readHolder(grave);
  if (moved && moved.token !== holder.token) {
    // Somebody was quicker and holds it: put theirs back.
    await place(grave, path);
  }
  await rm(grave, { force: true });
  return moved === undefined || moved.token === holder.token;
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

async function isAlive(path: string, holder: Holder): Promise<boolean> {
  const own = ownIdentity();
  if (holder.namespace === own.namespace) {
    return startOf(holder.pid) === holder.start;
  }
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }));
  return Date.now() - mtimeMs < STALE_MS;
}

let identity: Omit<Holder, 'token'> | undefined;

function ownIdentity(): Omit<Holder, 'token'> {
  identity ??= {
    pid: process.pid,
    start: startOf(process.pid) ?? '',
    namespace: `${readText(
      '/proc/sys/kernel/random/boot_id',
    )} ${pidNamespace()}`,
  };
  return identity;
}

function startOf(pid: number): string | undefined {
  const line = readText(`/proc/${pid}/stat`);
  // The name in brackets may hold anything; field 22 is the 20th after it.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  // Nobody has asked yet how it ended (zombie): it holds nothing any more.
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
