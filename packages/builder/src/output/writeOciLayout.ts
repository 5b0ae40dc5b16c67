import { createHash } from 'node:crypto';
import { access, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Descriptor } from '@buildog/oci';
import { BuilderError } from '../errors/BuilderError';
import { toBuilderError } from '../errors/toBuilderError';
import type { ImageBundle } from '../image/ComposedImage';
import { openImageLayer } from '../image/emptyLayer';
import { bundleBlobs } from './bundleBlobs';
import type { LayerBytes } from './LayerBytes';
import { layoutIndex, layoutVersion } from './layoutIndex';
import { writeAppearingFile } from './writeAppearingFile';

/** What all outputs may be told. @public */
export interface OutputSettings {
  /** Complete references, `registry/repository:tag`. */
  readonly names?: readonly string[];
  readonly signal?: AbortSignal;
}

/**
 * Writes a bundle as an OCI image layout into a folder (OCI image specification,
 * "Image Layout"). Blobs that are there already are not written again;
 * `index.json` comes last, so a reader sees the image when all of it is there.
 *
 * @throws {@link BuilderError} `filesystem`, `resource`, `manifest` when a
 * layer's bytes are not what they should be
 * @public
 */
export async function writeOciLayout(
  directory: string,
  bundle: ImageBundle,
  layers: LayerBytes,
  settings: OutputSettings = {},
): Promise<void> {
  const { names = [], signal } = settings;
  const blobs = bundleBlobs(bundle);
  const write = (name: string, content: Iterable<Buffer>) =>
    writeAppearingFile(join(directory, name), content, signal);
  try {
    await mkdir(join(directory, 'blobs', 'sha256'), { recursive: true });
    for (const layer of blobs.layers) {
      const path = pathOf(directory, layer.blob);
      if (await isThere(path, layer.blob)) continue;
      const bytes = await openImageLayer(layers, layer);
      await writeAppearingFile(path, checked(bytes, layer.blob), signal);
    }
    for (const { descriptor, bytes } of [
      ...blobs.configs,
      ...blobs.manifests,
    ]) {
      await writeAppearingFile(pathOf(directory, descriptor), [bytes], signal);
    }
    await write('oci-layout', [Buffer.from(layoutVersion)]);
    await write('index.json', [Buffer.from(layoutIndex(bundle, names))]);
  } catch (error) {
    throw toBuilderError(error);
  }
}

/** Bytes that fail instead of ending when they are not those of a blob. */
export async function* checked(
  bytes: AsyncIterable<Buffer>,
  { digest, size }: Descriptor,
): AsyncGenerator<Buffer, void, undefined> {
  const [algorithm, hex] = digest.split(':');
  const hash = createHash(algorithm);
  let seen = 0;
  for await (const chunk of bytes) {
    hash.update(chunk);
    seen += chunk.length;
    yield chunk;
  }
  if (seen !== size || hash.digest('hex') !== hex) {
    throw new BuilderError('manifest', `layer ${digest} has other bytes`, {
      operation: 'output',
    });
  }
}

function pathOf(directory: string, { digest }: Descriptor): string {
  return join(directory, 'blobs', ...digest.split(':'));
}

async function isThere(path: string, { size }: Descriptor): Promise<boolean> {
  try {
    await access(path);
    return (await stat(path)).size === size;
  } catch {
    return false;
  }
}
