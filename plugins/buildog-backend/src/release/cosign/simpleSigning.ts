import { z } from 'zod';

/** Media type of the payload, a layer of the signature's manifest. */
export const SIMPLE_SIGNING =
  'application/vnd.dev.cosign.simplesigning.v1+json';

/** Annotation of that layer: the signature in base64. */
export const SIGNATURE_ANNOTATION = 'dev.cosignproject.cosign/signature';

const TYPE = 'cosign container image signature';

const payloadSchema = z.object({
  critical: z.object({
    identity: z.object({ 'docker-reference': z.string() }),
    image: z.object({ 'docker-manifest-digest': z.string() }),
    type: z.string(),
  }),
});

/**
 * What is signed: the digest, the repository and some claims.
 *
 * @see containers/image docs, "atomic-signature"; cosign SIGNATURE_SPEC
 */
export function simpleSigningPayload(
  repository: string,
  digest: string,
  annotations: Record<string, string>,
): Buffer {
  const claims = Object.entries(annotations).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return Buffer.from(
    JSON.stringify({
      critical: {
        identity: { 'docker-reference': repository },
        image: { 'docker-manifest-digest': digest },
        type: TYPE,
      },
      optional: claims.length > 0 ? Object.fromEntries(claims) : null,
    }),
  );
}

/** Whether a payload is about that digest. */
export function isPayloadFor(payload: Buffer, digest: string): boolean {
  try {
    const { critical } = payloadSchema.parse(
      JSON.parse(payload.toString('utf8')),
    );
    return (
      critical.type === TYPE &&
      critical.image['docker-manifest-digest'] === digest
    );
  } catch {
    return false;
  }
}
