import { cpus, loadavg, release, totalmem } from 'node:os';
import { readFileSync } from 'node:fs';

/** Where figures come from; without it they mean nothing. */
export interface Machine {
  cores: number;
  processor: string;
  memoryGiB: number;
  kernel: string;
  distribution: string;
  node: string;
  /** Runnable processes over the last minute, before the benchmark began. */
  load: number;
  date: string;
}

export function describeMachine(): Machine {
  const [cpu] = cpus();
  return {
    cores: cpus().length,
    processor: cpu?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    distribution: distribution(),
    node: process.version,
    load: loadavg()[0],
    date: new Date().toISOString(),
  };
}

function distribution(): string {
  try {
    const text = readFileSync('/etc/os-release', 'utf8');
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(text)?.[1] ?? 'unknown';
  } catch {
    return 'unknown';
  }
}
