/** Milliseconds since 1970 with their fractions, on the clock that the cluster's programs read too. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
