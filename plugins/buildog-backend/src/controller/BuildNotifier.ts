import type { BuildPhase } from '@buildog/plugin-buildog-common';
import type { OutboxMessage } from '../domain/OutboxMessage';

/** A build that open pages should read again. */
export interface BuildChange {
  buildId: string;
  entityRef: string;
  ownerRef?: string;
  number: number;
  phase: BuildPhase;
  version: number;
}

/**
 * How the world outside hears of builds; `plugin.ts` connects it to signals,
 * events and notifications.
 */
export interface BuildNotifier {
  /**
   * After every commit and whenever step counts change, best effort and
   * without order: a hint to open pages. Must not throw and not block.
   */
  changed(change: BuildChange): void;
  /**
   * At least once per message, in order per build. A rejection has it
   * delivered again with back-off.
   */
  deliver(message: OutboxMessage): Promise<void>;
}
