/** What a reader wants to know about a list of samples, in their unit. */
export interface Summary {
  count: number;
  p50: number;
  p95: number;
  min: number;
  max: number;
}

/**
 * The sample that `share` of all are not above (nearest rank): one that was
 * measured, never one in between.
 *
 * @param share - above 0, at most 1
 * @throws Error when there is no sample.
 */
export function percentile(samples: readonly number[], share: number): number {
  if (samples.length === 0) throw new Error('there is no sample');
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** @throws Error when there is no sample. */
export function summarize(samples: readonly number[]): Summary {
  return {
    count: samples.length,
    p50: percentile(samples, 0.5),
    p95: percentile(samples, 0.95),
    min: percentile(samples, Number.MIN_VALUE),
    max: percentile(samples, 1),
  };
}
