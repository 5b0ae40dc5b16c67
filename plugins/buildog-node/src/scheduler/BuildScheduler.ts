import type { z } from 'zod';
import type { Platform } from '@buildog/plugin-buildog-common';
import type { BuildLogParser } from './BuildLogParser';
import type { PreparedBuild } from './PreparedBuild';

/**
 * What a scheduler is told about the task. Every value has been validated and
 * admitted by policy; a scheduler still passes each as an argument of its own
 * and never through a shell.
 * @public
 */
export interface SchedulerTask {
  variant: string;
  platform: Platform;
  /** Relative clean path of the Dockerfile in the source. */
  dockerfile: string;
  /** Relative clean path of the context in the source; `.` is its root. */
  context: string;
  target?: string;
  /** Names match `[A-Za-z_][A-Za-z0-9_]*`; values may hold anything but NUL. */
  buildArgs: Record<string, string>;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** Seconds since 1970 for every timestamp in the image, when reproducible. */
  sourceDateEpoch?: number;
  resources: {
    memoryBytes: number;
    ephemeralStorageBytes: number;
    cpuRequestMillis: number;
  };
}

/**
 * Absolute paths inside the job's containers. Local runners substitute their
 * own.
 * @public
 */
export interface WorkspaceLayout {
  /** The source, as `init` left it. The build container may write here. */
  sourceDir: string;
  /** An empty folder for the OCI image layout. */
  outputDir: string;
  /** Scratch space, empty. */
  scratchDir: string;
  /** Where `BuildContainer.files` lie, read-only. */
  filesDir: string;
}

/**
 * Prepares the job for one builder: kaniko, buildah, … An add-on registers
 * one by `buildogSchedulersExtensionPoint`; administrators may configure it
 * several times under different names.
 *
 * Called by the controller: `parseSettings` once per configured name when
 * the backend starts; `prepare` once per Attempt, and again after a crash,
 * so it must be a pure function: same input, same output, no I/O, no clock.
 * It may throw `SchedulerError`, which fails the task with that reason and
 * starts nothing. `createLogParser` is called once per pass over a log.
 * @public
 */
export interface BuildScheduler<TSettings = unknown> {
  /** What app-config's `type` says, for example `kaniko`. */
  readonly type: string;
  readonly contractVersion: 1;
  /**
   * Reads the settings of one configured name. Errors name the key below
   * `buildog.schedulers.NAME.settings`, the value and what is allowed.
   */
  readonly settingsSchema: z.ZodType<TSettings>;
  /**
   * What an administrator should know about these settings, a sentence each:
   * an image that is not pinned by digest, TLS that is not verified. Called
   * once per configured name when the backend starts, which logs them as
   * warnings. Pure; never fails.
   */
  settingsWarnings?(settings: TSettings): string[];
  prepare(
    task: SchedulerTask,
    workspace: WorkspaceLayout,
    settings: TSettings,
  ): PreparedBuild;
  /** A fresh parser of this builder's output. */
  createLogParser(): BuildLogParser;
}
