import { sha256, type Digest } from '@buildog/oci';

/**
 * sha256 of a plain value: objects by sorted key, `undefined` members left out,
 * so the same meaning is the same digest however it was put together.
 */
export function canonicalDigest(value: unknown): Digest {
  return sha256(canonicalJson(value));
}

/** JSON with sorted keys. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(
          Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : inner,
  );
}
