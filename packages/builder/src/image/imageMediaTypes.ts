import { mediaTypes, type Descriptor } from '@buildog/oci';

/** Whose media types a manifest has; the documents are the same otherwise. @public */
export type ImageFormat = 'oci' | 'docker';

const pairs = [
  [mediaTypes.ociIndex, mediaTypes.dockerIndex],
  [mediaTypes.ociManifest, mediaTypes.dockerManifest],
  [mediaTypes.ociConfig, mediaTypes.dockerConfig],
  [mediaTypes.ociLayer, mediaTypes.dockerLayer],
  [mediaTypes.ociLayerGzip, mediaTypes.dockerLayerGzip],
  [mediaTypes.ociLayerZstd, mediaTypes.dockerLayerZstd],
] as const;
const toDocker = new Map<string, string>(pairs);
const toOci = new Map<string, string>(
  pairs.map(([oci, docker]) => [docker, oci]),
);

/** The media type for the same thing in a format; unknown ones stay. */
export function mediaTypeIn(format: ImageFormat, mediaType: string): string {
  const types = format === 'docker' ? toDocker : toOci;
  return types.get(mediaType) ?? mediaType;
}

/** A layer as it stands in a manifest: base images may bring types of the other format. */
export function layerIn(format: ImageFormat, blob: Descriptor): Descriptor {
  const { mediaType, digest, size, annotations } = blob;
  return {
    mediaType: mediaTypeIn(format, mediaType),
    digest,
    size,
    ...(annotations && { annotations }),
  };
}
