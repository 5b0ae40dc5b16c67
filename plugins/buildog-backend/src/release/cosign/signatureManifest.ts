import { sha256 } from '@buildog/oci';
import type { Digest } from '@buildog/oci';
import { z } from 'zod';
import { SIGNATURE_ANNOTATION, SIMPLE_SIGNING } from './simpleSigning';

const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';

const layerSchema = z.looseObject({
  mediaType: z.string(),
  digest: z.templateLiteral(['sha256:', z.string().regex(/^[0-9a-f]{64}$/)]),
  size: z.number().int().nonnegative(),
  annotations: z.record(z.string(), z.string()).optional(),
});

const manifestSchema = z.looseObject({
  layers: z.array(layerSchema).max(1000),
});

/** A layer of a signature manifest: one signature. */
export type SignatureLayer = z.infer<typeof layerSchema>;

/** Tag that cosign looks for, in the image's own repository. */
export function signatureTag(digest: string): string {
  return `${digest.replace(':', '-')}.sig`;
}

/** The signatures of a manifest's bytes; none when it is something else. */
export function readSignatureLayers(bytes: Buffer): SignatureLayer[] {
  try {
    return manifestSchema
      .parse(JSON.parse(bytes.toString('utf8')))
      .layers.filter(layer => layer.mediaType === SIMPLE_SIGNING);
  } catch {
    return [];
  }
}

/** The layer for one more signature. */
export function signatureLayer(
  payload: Buffer,
  signature: Buffer,
): SignatureLayer {
  return {
    mediaType: SIMPLE_SIGNING,
    digest: sha256(payload) as SignatureLayer['digest'],
    size: payload.length,
    annotations: { [SIGNATURE_ANNOTATION]: signature.toString('base64') },
  };
}

/**
 * Configuration and manifest with these signatures, as cosign writes them:
 * an image whose layers are payloads.
 */
export function composeSignatureManifest(layers: SignatureLayer[]): {
  config: { digest: Digest; bytes: Buffer };
  manifest: { mediaType: string; bytes: Buffer };
} {
  const config = Buffer.from(
    JSON.stringify({
      architecture: '',
      created: '0001-01-01T00:00:00Z',
      history: layers.map(() => ({ created: '0001-01-01T00:00:00Z' })),
      os: '',
      rootfs: { type: 'layers', diff_ids: layers.map(layer => layer.digest) },
      config: {},
    }),
  );
  const digest = sha256(config);
  const manifest = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { mediaType: OCI_CONFIG, size: config.length, digest },
    layers,
  };
  return {
    config: { digest, bytes: config },
    manifest: {
      mediaType: OCI_MANIFEST,
      bytes: Buffer.from(JSON.stringify(manifest)),
    },
  };
}
