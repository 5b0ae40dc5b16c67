import type { Platform } from '@buildog/plugin-buildog-common';
import type { JobResources } from './BuildDefaults';

/** Version of the frozen plan that this code writes. It reads every older one. */
export const PLAN_VERSION = 1;

/** One BuildTask of a plan. */
export interface PlannedTask {
  id: string;
  variant: string;
  platform: Platform;
  target?: string;
  buildArgs: Record<string, string>;
}

/**
 * What a Build will do, decided once and frozen: no later change of the
 * configuration reaches a build that is planned.
 */
export interface BuildPlan {
  planVersion: typeof PLAN_VERSION;
  scheduler: string;
  cluster: string;
  logTransport: string;
  dockerfile: string;
  context: string;
  tasks: PlannedTask[];
  /** `host/path`; `publish` pushes to the first one. */
  destinations: string[];
  /** Moved in every destination, in this order. */
  tags: string[];
  /** OCI labels of the image, expected in the registry again. */
  labels: Record<string, string>;
  resources: JobResources;
  deadlineSeconds: number;
  maxAttempts: number;
}
