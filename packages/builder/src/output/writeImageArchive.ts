import { formatPlatform } from '@buildog/oci';
import { BuilderError } from '../errors/BuilderError';
import type { ImageBundle } from '../image/ComposedImage';
import { openImageLayer } from '../image/emptyLayer';
import { tarTypes } from '../layers/tar/TarHeader';
import { bundleBlobs } from './bundleBlobs';
import {
  ArchiveItem,
  fileItem,
  formatArchive,
  plainHeader,
} from './formatArchive';
import type { LayerBytes } from './LayerBytes';
import { layoutIndex, layoutVersion } from './layoutIndex';
import { writeAppearingFile } from './writeAppearingFile';
import { checked, OutputSettings } from './writeOciLayout';

/**
 * Writes a bundle as a tar archive of an OCI image layout. The same bundle and
 * names give the same bytes.
 *
 * @throws {@link BuilderError} as `writeOciLayout`
 * @public
 */
export async function writeOciArchive(
  file: string,
  bundle: ImageBundle,
  layers: LayerBytes,
  settings: OutputSettings = {},
): Promise<void> {
  const items = layoutItems(bundle, layers, settings.names ?? []);
  await writeAppearingFile(file, formatArchive(items), settings.signal);
}

/**
 * Writes an image as a tar archive for `docker load`: an OCI image layout with
 * Docker's `manifest.json` beside it, which is what Docker itself saves. Layers
 * stay compressed.
 *
 * @throws {@link BuilderError} `unsupported` for several platforms, otherwise as
 * `writeOciLayout`
 * @public
 */
export async function writeDockerArchive(
  file: string,
  bundle: ImageBundle,
  layers: LayerBytes,
  settings: OutputSettings = {},
): Promise<void> {
  const { names = [], signal } = settings;
  const [image, ...others] = bundle.images;
  if (others.length > 0) {
    throw new BuilderError(
      'unsupported',
      `an archive for docker load holds one platform, this build has ${bundle.images
        .map(({ platform }) => formatPlatform(platform))
        .join(', ')}: choose one, or write an OCI archive`,
      { operation: 'output' },
    );
  }
  const path = (digest: string) => `blobs/${digest.replace(':', '/')}`;
  const manifest = fileItem(
    'manifest.json',
    JSON.stringify([
      {
        Config: path(image.config.descriptor.digest),
        RepoTags: names.length > 0 ? names : null,
        Layers: image.layers.map(({ blob }) => path(blob.digest)),
      },
    ]),
  );
  const items = [...layoutItems(bundle, layers, names), manifest];
  await writeAppearingFile(file, formatArchive(items), signal);
}

function layoutItems(
  bundle: ImageBundle,
  layers: LayerBytes,
  names: readonly string[],
): ArchiveItem[] {
  const blobs = bundleBlobs(bundle);
  const path = (digest: string) => `blobs/${digest.replace(':', '/')}`;
  const directories = ['blobs', 'blobs/sha256'].map(name => ({
    header: plainHeader(name, tarTypes.directory, 0),
  }));
  const documents = [...blobs.configs, ...blobs.manifests].map(
    ({ descriptor, bytes }) => fileItem(path(descriptor.digest), bytes),
  );
  const contents = blobs.layers.map(layer => ({
    header: plainHeader(
      path(layer.blob.digest),
      tarTypes.file,
      layer.blob.size,
    ),
    open: async () => checked(await openImageLayer(layers, layer), layer.blob),
  }));
  return [
    fileItem('oci-layout', layoutVersion),
    fileItem('index.json', layoutIndex(bundle, names)),
    ...directories,
    ...documents,
    ...contents,
  ];
}
