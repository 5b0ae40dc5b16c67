import { z } from 'zod';
import { isLoopbackHost } from './loopback';
import { bytes } from './quantity';

/** `buildog.runner.local`: builds as processes of the portal's own machine. */
export const localRunnerSchema = z
  .strictObject({
    /** Runs people's `RUN` steps on this machine. Linux only. */
    enabled: z.boolean().default(false),
    /** Workspaces, logs and caches of builds; relative to the working directory. */
    root: z.string().min(1).default('.buildog/builds'),
    concurrency: z.number().int().min(1).max(256).default(2),
    limits: z
      .strictObject({
        memory: bytes.optional(),
        pids: z.number().int().min(16).max(1_000_000).optional(),
      })
      .prefault({}),
    nice: z.number().int().min(0).max(19).default(5),
  })
  .transform(({ limits, ...rest }) => ({
    ...rest,
    limits: {
      ...(limits.memory && { memoryBytes: limits.memory }),
      ...(limits.pids && { processes: limits.pids }),
    },
  }));

/** `buildog.embeddedRegistry`: a registry in the backend, on its disk. */
export const embeddedRegistrySchema = z.strictObject({
  enabled: z.boolean().default(false),
  /** Images and the generated credentials; relative to the working directory. */
  root: z.string().min(1).default('.buildog/registry'),
  /** Nobody but this machine reaches it. */
  host: z
    .string()
    .refine(isLoopbackHost, {
      message: 'use a loopback address such as 127.0.0.1',
    })
    .default('127.0.0.1'),
  /** Whether every process of this machine may read images. */
  anonymousPull: z.boolean().default(false),
  /** Part of every image's name, so it stays as it is. */
  port: z.coerce.number().int().min(1).max(65_535).default(5050),
});

/** The embedded registry as the administrators configured it. */
export type EmbeddedRegistryConfig = z.output<typeof embeddedRegistrySchema>;
