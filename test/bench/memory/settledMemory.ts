import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchPortal } from '../support/BenchPortal.ts';
import { type ResidentMemory, residentMemory } from './residentMemory.ts';

/** Nothing but what the process does by itself happens before it is looked at. */
const QUIET_MS = 30_000;
const SAMPLES = 10;
const BETWEEN_MS = 2_000;

/**
 * Memory of a portal that is left alone: samples after its garbage was
 * collected, which is what it needs; what V8 keeps besides comes and goes.
 */
export async function settledMemory({
  backend,
}: BenchPortal): Promise<ResidentMemory[]> {
  const { pid } = backend;
  if (pid === undefined) throw new Error('the portal is not running');
  await sleep(QUIET_MS);
  const samples: ResidentMemory[] = [];
  for (let index = 0; index < SAMPLES; index++) {
    process.kill(pid, 'SIGUSR2');
    await sleep(BETWEEN_MS);
    samples.push(await residentMemory(pid));
  }
  return samples;
}
