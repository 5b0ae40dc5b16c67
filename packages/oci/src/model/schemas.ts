import { z } from 'zod';
import { Digest, isDigest } from '../digest/Digest';
import { findMisspelt } from './strictJson';

/**
 * An object schema that also refuses keys which differ from a known one only in
 * capitals. Unknown keys are dropped.
 */
function exact<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = Object.keys(shape);
  return z
    .record(z.string(), z.unknown())
    .superRefine((object, context) => {
      const name = findMisspelt(object, names);
      if (name !== undefined) {
        context.addIssue({
          code: 'custom',
          path: [name],
          message: 'is written with other capitals',
        });
      }
    })
    .pipe(z.object(shape));
}

/** A key that must not be there. */
function absent(message: string) {
  return z
    .custom<undefined>(value => value === undefined, { message })
    .optional();
}

const digestSchema = z.custom<Digest>(isDigest, {
  message: 'is not a sha256 or sha512 digest',
});

const stringsSchema = z.record(z.string(), z.string());

const platformSchema = exact({
  os: z.string().max(255),
  architecture: z.string().max(255),
  variant: z.string().max(255).optional(),
  'os.version': z.string().max(255).optional(),
});

/** OCI content descriptor. */
export const descriptorSchema = exact({
  mediaType: z.string().min(1).max(255),
  digest: digestSchema,
  size: z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER),
  platform: platformSchema.optional(),
  artifactType: z.string().max(255).optional(),
  annotations: stringsSchema.optional(),
});

/** OCI image index and Docker manifest list. */
export const indexSchema = exact({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  // Programs written in Go print an empty list as null.
  manifests: z.array(descriptorSchema).nullable(),
  // A document that is index and manifest at once (CVE-2021-41190).
  config: absent('has no place in an index'),
  layers: absent('has no place in an index'),
});

/** OCI image manifest and Docker's, schema 2. */
export const manifestSchema = exact({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  config: descriptorSchema,
  layers: z.array(descriptorSchema).nullable(),
  subject: descriptorSchema.optional(),
  manifests: absent('has no place in a manifest'),
});

/** As much of an OCI image config as anything here looks at. */
export const configSchema = exact({
  os: z.string().max(255).optional(),
  architecture: z.string().max(255).optional(),
  variant: z.string().max(255).optional(),
  'os.version': z.string().max(255).optional(),
  created: z.string().max(64).nullish(),
  config: exact({ Labels: stringsSchema.nullish() }).nullish(),
  rootfs: exact({
    type: z.literal('layers'),
    diff_ids: z.array(digestSchema).nullable(),
  }),
});
