const began = Date.now();

/** Prints one plain line with the seconds since this program began: what is being done, in words. */
export function progress(line: string): void {
  const seconds = ((Date.now() - began) / 1000).toFixed(1).padStart(6);
  process.stderr.write(`[cluster ${seconds} s] ${line}\n`);
}

/** Announces `what`, does it, and says how long it took. */
export async function timed<T>(
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  const start = Date.now();
  progress(`${what} ...`);
  const result = await work();
  progress(`${what}: done in ${((Date.now() - start) / 1000).toFixed(1)} s`);
  return result;
}
