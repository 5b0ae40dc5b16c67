/**
 * A line of a Build's history, written in the transaction that made it true.
 * `type` is CamelCase, `message` a sentence for people without secrets.
 */
export interface JournalEvent {
  /** Grows monotonically over all builds. */
  id: number;
  buildId: string;
  at: Date;
  type: string;
  message: string;
}

/** An event before the store gave it its id. */
export type NewJournalEvent = Pick<JournalEvent, 'type' | 'message' | 'at'>;
