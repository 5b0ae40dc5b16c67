import { z } from 'zod';
import { bytes } from './quantity';

const store = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('database') }),
  z.strictObject({ type: z.literal('file'), directory: z.string().min(1) }),
  z.strictObject({
    type: z.literal('s3'),
    bucket: z.string().min(1),
    prefix: z.string().optional(),
    region: z.string().optional(),
    endpoint: z.string().optional(),
    forcePathStyle: z.boolean().optional(),
    accessKeyId: z.string().optional(),
    secretAccessKey: z.string().optional(),
  }),
]);

/** `buildog.logs`: where logs are kept and how much of them. */
export const logsSchema = z.strictObject({
  /** Default: `sidecar` where `ingest.url` is set, else `follow`. */
  transport: z.string().min(1).optional(),
  store: store.default({ type: 'database' }),
  maxStreamSize: bytes.prefault('64Mi'),
  maxBuildSize: bytes.prefault('256Mi'),
});

/** Where logs are kept. */
export type LogsConfig = z.output<typeof logsSchema>;
