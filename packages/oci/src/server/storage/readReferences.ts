import { z } from 'zod';
import { Digest } from '../../digest/Digest';
import { OciError } from '../../errors/OciError';
import { Descriptor } from '../../model/Descriptor';
import { parseManifest } from '../../model/parseManifest';
import { descriptorSchema } from '../../model/schemas';

/** What a manifest or index needs, and what it says of itself. */
export interface ManifestReferences {
  /** Config and layers. */
  readonly blobs: readonly Digest[];
  /** What an index lists. */
  readonly manifests: readonly Digest[];
  /** What it refers to; need not be there. */
  readonly subject?: Digest;
  /** As the referrers API lists it. */
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What indexes have as well, and nothing but the referrers API looks at. */
const refererSchema = z.object({
  artifactType: z.string().max(255).optional(),
  annotations: z.record(z.string(), z.string()).nullish(),
  subject: descriptorSchema.nullish(),
});

/** Layers that stay where their `urls` say, and are not pushed. */
const FOREIGN =
  /^application\/vnd\.(oci\.image\.layer\.nondistributable\.|docker\.image\.rootfs\.foreign\.)/;

/**
 * Reads a manifest as it is pushed.
 *
 * @throws OciError `unsupported` or `invalidManifest`, quoting nothing
 */
export function readReferences(
  bytes: Buffer,
  mediaType: string,
): ManifestReferences {
  const parsed = parseManifest(bytes, mediaType, 'the manifest');
  const { artifactType, annotations, subject } = readReferrer(bytes);
  const common = {
    ...(subject && { subject: subject.digest }),
    ...(annotations && { annotations }),
  };
  if (parsed.kind === 'index') {
    return {
      blobs: [],
      manifests: parsed.manifests.map(({ digest }) => digest),
      ...common,
      ...(artifactType && { artifactType }),
    };
  }
  const { config, layers } = parsed;
  return {
    blobs: [config, ...layers].filter(isPushed).map(({ digest }) => digest),
    manifests: [],
    ...common,
    artifactType: artifactType || config.mediaType,
  };
}

function readReferrer(bytes: Buffer): z.output<typeof refererSchema> {
  const read = refererSchema.safeParse(JSON.parse(bytes.toString('utf8')));
  if (read.success) return read.data;
  throw new OciError(
    'invalidManifest',
    'the manifest: artifactType, annotations or subject is not allowed',
  );
}

function isPushed({ mediaType }: Descriptor): boolean {
  return !FOREIGN.test(mediaType);
}
