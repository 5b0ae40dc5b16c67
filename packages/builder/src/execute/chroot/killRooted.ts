import { readdirSync, readlinkSync } from 'node:fs';

/** A program that starts others as quickly as it can is beaten after a few rounds. */
const maximumRounds = 100;

/**
 * Kills every process whose root is a folder: what a step without a process
 * namespace has started, however it has hidden. Returns how many there were.
 */
export function killRooted(folder: string): number {
  const found = new Set<number>();
  for (let round = 0; round < maximumRounds; round += 1) {
    const here = processesBelow(folder);
    if (here.length === 0) break;
    // Stopped ones start no others while we look for the rest.
    for (const signal of ['SIGSTOP', 'SIGKILL'] as const) {
      for (const pid of here) send(pid, signal);
    }
    for (const pid of here) found.add(pid);
  }
  return found.size;
}

function processesBelow(folder: string): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(name => {
      try {
        const root = readlinkSync(`/proc/${name}/root`);
        return root === folder || root.startsWith(`${folder}/`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone meanwhile.
  }
}
