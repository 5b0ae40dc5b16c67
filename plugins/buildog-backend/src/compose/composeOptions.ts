import type { BuildogConfig } from '../config';
import type { ControllerOptions } from '../controller/ControllerDependencies';
import { defaultLifecycle } from '../domain/DecideContext';

const DAY_MS = 86_400_000;

/** The settings of the controller's loop. */
export function composeOptions({
  retention,
}: BuildogConfig): ControllerOptions {
  return {
    lifecycle: defaultLifecycle,
    concurrency: 32,
    // After a crash a build waits for the rest of its lease. Renewed three
    // times within it; what a late renewal costs is a pass, never safety.
    leaseMs: 12_000,
    pollMs: 1_000,
    // Ten polls that found no database.
    unhealthyAfterMs: 10_000,
    retention: {
      logDays: retention.logs / DAY_MS,
      buildDays: retention.builds / DAY_MS,
      keepPerConfig: retention.keepPerConfig,
      orphanDays: retention.orphans / DAY_MS,
    },
    sweepMs: 300_000,
  };
}
