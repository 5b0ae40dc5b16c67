import type { BuildPhase } from '@buildog/plugin-buildog-common';

/**
 * Something the world outside is told at least once: written in the
 * transaction of the change, delivered after it, in order per build.
 */
export interface OutboxMessage {
  id: number;
  buildId: string;
  type: 'PhaseChanged';
  phase: BuildPhase;
  entityRef: string;
  ownerRef?: string;
  number: number;
  /** Who asked for the build. */
  triggeredBy: string;
  /** The reason's sentence, for failed builds. */
  message?: string;
  at: Date;
}

/** A message before the store gave it its id. */
export type NewOutboxMessage = Omit<OutboxMessage, 'id'>;
