import { sha256 } from '../digest/Digest';
import { OciError } from '../errors/OciError';
import { FetchedManifest } from '../client/callOptions';
import { Descriptor } from '../model/Descriptor';
import { mediaTypes } from '../model/mediaTypes';
import { formatPlatform } from '../model/Platform';

/**
 * Writes an OCI image index. Pure: the same entries give the same bytes and
 * digest. The entries keep the caller's order.
 *
 * @throws {@link OciError} `invalidManifest` when two entries have the same
 * platform or digest, or one has no platform.
 * @public
 */
export function composeIndex(
  entries: readonly Descriptor[],
  options: { readonly annotations?: Readonly<Record<string, string>> } = {},
): FetchedManifest {
  const seen = new Set<string>();
  const manifests = entries.map(entry => {
    if (!entry.platform) {
      throw new OciError(
        'invalidManifest',
        `index entry ${entry.digest} has no platform`,
      );
    }
    for (const key of [entry.digest, formatPlatform(entry.platform)]) {
      if (seen.has(key)) {
        throw new OciError(
          'invalidManifest',
          `two entries of the index are ${key}`,
        );
      }
      seen.add(key);
    }
    const { mediaType, digest, size, platform, annotations } = entry;
    return {
      mediaType,
      digest,
      size,
      ...(annotations && { annotations }),
      platform,
    };
  });
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      manifests,
      ...(options.annotations && { annotations: options.annotations }),
    }),
  );
  return {
    descriptor: {
      mediaType: mediaTypes.ociIndex,
      digest: sha256(bytes),
      size: bytes.length,
    },
    bytes,
  };
}
