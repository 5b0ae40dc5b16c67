/**
 * Seconds to wait after that many failed tries (from 1): 1, 2, 4, … at most
 * 30. The other side's wish counts when it is longer, up to five minutes.
 * Pure.
 */
export function backoffMs(tries: number, wishMs = 0): number {
  const own = Math.min(
    30_000,
    1000 * 2 ** Math.min(10, Math.max(0, tries - 1)),
  );
  return Math.max(own, Math.min(wishMs, 300_000));
}

/**
 * Time before the next attempt of a task, after that many ended: none at
 * first, then 10 s, 20 s, … at most 5 minutes. Pure.
 */
export function attemptBackoffMs(ended: number): number {
  return ended <= 1
    ? 0
    : Math.min(300_000, 10_000 * 2 ** Math.min(10, ended - 2));
}
