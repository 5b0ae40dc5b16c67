/** How many builds may run. `undefined` means no limit. */
export interface AdmissionLimits {
  /** In the whole installation. */
  total?: number;
  /** Per owner of the entity. */
  perOwner?: number;
}

/** Where a queued build stands. */
export interface QueuePlace {
  /** From 1. */
  position: number;
  /** Why it waits, in a sentence. */
  why: string;
}
