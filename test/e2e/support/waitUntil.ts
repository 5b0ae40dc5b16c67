/**
 * Asks again until `ask` gives something other than `undefined` or `false`.
 *
 * @throws Error naming `what` and the last answer, after `timeoutMs`.
 */
export async function waitUntil<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  timeoutMs = 60_000,
  intervalMs = 100,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    await pause(intervalMs);
  }
  throw new Error(
    `${what} did not happen within ${timeoutMs} ms; last: ${last}`,
  );
}

/** Lets time pass. Tests wait for conditions; this is for what asks for them. */
export function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
