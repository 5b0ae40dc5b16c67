import { readFile } from 'node:fs/promises';

/** Memory of a process in MB (10^6 bytes). */
export interface ResidentMemory {
  /** All its pages. */
  rss: number;
  /** Pages that it shares are counted in parts. */
  pss: number;
}

/** As the kernel has it now. */
export async function residentMemory(pid: number): Promise<ResidentMemory> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  const megabytes = (name: string) => {
    const kib = new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(text)?.[1];
    return (Number(kib) * 1024) / 1e6;
  };
  return { rss: megabytes('Rss'), pss: megabytes('Pss') };
}
