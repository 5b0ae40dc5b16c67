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
    leaseMs: 30_000,
    pollMs: 1_000,
    unhealthyAfterMs: 60_000,
    retention: {
      logDays: retention.logs / DAY_MS,
      buildDays: retention.builds / DAY_MS,
      keepPerConfig: retention.keepPerConfig,
      orphanDays: retention.orphans / DAY_MS,
    },
    sweepMs: 300_000,
  };
}
