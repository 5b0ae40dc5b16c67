import { z } from 'zod';

/**
 * What started a Build. `Retry` is the same SHA and inputs with policy
 * evaluated anew; `Rebuild` resolves the branch anew.
 * @public
 */
export const TRIGGER_KINDS = ['Manual', 'Api', 'Retry', 'Rebuild'] as const;

/** @public */
export type TriggerKind = (typeof TRIGGER_KINDS)[number];

/** @public */
export interface Trigger {
  kind: TriggerKind;
  /** Entity ref of the person, or the subject of a service. */
  by: string;
  /** The build a retry or rebuild repeats. */
  ofBuild?: { id: string; number: number };
}

/** @public */
export const triggerSchema = z.object({
  kind: z.enum(TRIGGER_KINDS),
  by: z.string(),
  ofBuild: z.object({ id: z.string(), number: z.number().int() }).optional(),
});
