import { isDigest, type Digest } from '@buildog/oci';
import { z } from 'zod';

const text = z.string();
const emptyObjects = z.record(text, z.strictObject({}));
const digest = z.custom<Digest>(isDigest, { message: 'is no digest' });
const dateTime = z.iso.datetime({ offset: true });

/**
 * An image configuration (OCI image specification 1.1, config-schema.json, with
 * Docker's additions). Other keys are refused: what we write we know.
 */
export const imageConfigSchema = z.strictObject({
  created: dateTime.optional(),
  author: text.optional(),
  architecture: text.min(1),
  variant: text.optional(),
  os: text.min(1),
  'os.version': text.optional(),
  config: z
    .strictObject({
      User: text.optional(),
      ExposedPorts: emptyObjects.optional(),
      Env: z.array(text).optional(),
      Entrypoint: z.array(text).optional(),
      Cmd: z.array(text).optional(),
      Volumes: emptyObjects.optional(),
      WorkingDir: text.optional(),
      Labels: z.record(text, text).optional(),
      StopSignal: text.optional(),
      Healthcheck: z
        .strictObject({
          Test: z.array(text).optional(),
          Interval: z.number().int().optional(),
          Timeout: z.number().int().optional(),
          StartPeriod: z.number().int().optional(),
          StartInterval: z.number().int().optional(),
          Retries: z.number().int().optional(),
        })
        .optional(),
      Shell: z.array(text).optional(),
      OnBuild: z.array(text).optional(),
      ArgsEscaped: z.boolean().optional(),
    })
    .optional(),
  rootfs: z.strictObject({
    type: z.literal('layers'),
    diff_ids: z.array(digest),
  }),
  history: z
    .array(
      z.strictObject({
        created: dateTime.optional(),
        created_by: text.optional(),
        author: text.optional(),
        comment: text.optional(),
        empty_layer: z.boolean().optional(),
      }),
    )
    .optional(),
});
