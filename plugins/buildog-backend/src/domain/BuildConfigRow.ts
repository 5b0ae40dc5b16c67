/**
 * The identity of a BuildConfig: what its builds are numbered by. The entity
 * may be renamed or removed; the configuration keeps its id and history.
 */
export interface BuildConfigRow {
  id: string;
  entityRef: string;
  createdAt: Date;
  /** Since when the entity is gone; kept for a grace time. */
  orphanedAt?: Date;
  /** Number of the next build. */
  nextNumber: number;
}
