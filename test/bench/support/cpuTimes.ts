import { readFile, readdir } from 'node:fs/promises';
import { cpus } from 'node:os';

/** Processor time that was used since some moment, in ms. */
export interface CpuTimes {
  /** The process that is measured. */
  backend: number;
  /** etcd, API server, controller manager and scheduler of the cluster. */
  controlPlane: number;
  /** Everything on the machine. */
  machine: number;
  /** What the machine could have given. */
  possible: number;
}

const CONTROL_PLANE =
  /\/(etcd|kube-apiserver|kube-controller-manager|kube-scheduler)$/;

/** The kernel counts in hundredths of a second. */
const TICK_MS = 10;

/**
 * Starts to count. @returns a function that gives what was used since.
 *
 * @param cluster - name of a test cluster
 */
export async function countCpu(
  backend: number,
  cluster: string,
): Promise<() => Promise<CpuTimes>> {
  const plane = await controlPlaneOf(cluster);
  const read = async () => ({
    backend: await timeOf(backend),
    controlPlane: sum(await Promise.all(plane.map(timeOf))),
    machine: await machineTime(),
    possible: performance.now() * cpus().length,
  });
  const before = await read();
  return async () => {
    const after = await read();
    return {
      backend: after.backend - before.backend,
      controlPlane: after.controlPlane - before.controlPlane,
      machine: after.machine - before.machine,
      possible: after.possible - before.possible,
    };
  };
}

async function controlPlaneOf(cluster: string): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const command = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(
      () => '', // it has ended meanwhile
    );
    const [program] = command.split('\0');
    if (
      CONTROL_PLANE.test(program) &&
      command.includes(`/clusters/${cluster}/`)
    ) {
      found.push(Number(entry));
    }
  }
  return found;
}

async function timeOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

async function machineTime(): Promise<number> {
  const [line] = (await readFile('/proc/stat', 'utf8')).split('\n');
  const [user, nice, system, , , irq, softirq] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq) * TICK_MS;
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
