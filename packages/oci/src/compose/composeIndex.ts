import { sha256 } from '../digest/Digest';
import { OciError } from '../errors/OciError';
import { FetchedManifest } from '../client/callOptions';
import { Descriptor } from '../model/Descriptor';
import { mediaTypes } from '../model/mediaTypes';
import { formatPlatform, Platform } from '../model/Platform';

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
    const platform = ordered(entry.platform);
    for (const key of [entry.digest, JSON.stringify(platform)]) {
      if (seen.has(key)) {
        throw new OciError(
          'invalidManifest',
          `two entries of the index have the same platform or digest: ${formatPlatform(
            platform,
          )}, ${entry.digest}`,
        );
      }
      seen.add(key);
    }
    const { mediaType, digest, size, annotations } = entry;
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

/** The same platform in one order of keys, whatever the caller's was. */
function ordered(platform: Platform): Platform {
  const { os, architecture, variant } = platform;
  return {
    architecture,
    os,
    ...(platform['os.version'] && { 'os.version': platform['os.version'] }),
    ...(variant && { variant }),
  };
}
