import { CallOptions } from '../client/callOptions';
import { RegistryClient } from '../client/RegistryClient';
import { OciError } from '../errors/OciError';
import { Descriptor } from '../model/Descriptor';
import { VerifiedImage, VerifiedManifest } from '../model/ImageSummary';
import { configMediaTypes } from '../model/mediaTypes';
import { parseConfig } from '../model/parseManifest';
import { forEachConcurrently } from '../push/forEachConcurrently';
import { Reference, Repository } from '../reference/Reference';
import { readImage, ReadManifest } from './readImage';

/**
 * Reads an image back from its own registry (never from a mirror): manifests and
 * configs with their digests verified; for every layer it asks whether the
 * registry has it and compares the size. Layers are not downloaded.
 *
 * @throws {@link OciError} `notFound` when the manifest, a config or a layer is
 * missing, `digestMismatch` when a size or digest differs, `unsupported` for
 * manifests that are no images
 * @public
 */
export async function verifyImage(
  client: RegistryClient,
  reference: Reference,
  options: CallOptions = {},
): Promise<VerifiedImage> {
  const all = await readImage(client, reference, {
    ...options,
    from: 'origin',
  });
  const { registry, path } = reference;
  const repository = { registry, path };
  const layers = new Map<string, Descriptor>();
  const manifests: VerifiedManifest[] = [];
  for (const manifest of all) {
    if (manifest.parsed.kind === 'index') continue;
    manifest.parsed.layers.forEach(layer => layers.set(layer.digest, layer));
    manifests.push(await readConfig(client, repository, manifest, options));
  }
  await forEachConcurrently(
    layers.values(),
    8,
    options.signal,
    (layer, signal) => checkLayer(client, repository, layer, { signal }),
  );
  const { digest, mediaType, size } = all[all.length - 1].descriptor;
  return { digest, mediaType, size, manifests };
}

async function readConfig(
  client: RegistryClient,
  repository: Repository,
  manifest: ReadManifest,
  options: CallOptions,
): Promise<VerifiedManifest> {
  const { descriptor, parsed } = manifest;
  const { digest, mediaType } = descriptor;
  if (
    parsed.kind !== 'image' ||
    !configMediaTypes.has(parsed.config.mediaType)
  ) {
    throw new OciError(
      'unsupported',
      `manifest ${digest} is no container image: its config has another media type`,
      { host: repository.registry, repository: repository.path },
    );
  }
  const { config, layers } = parsed;
  const bytes = await client.getBlobBytes(repository, config, {
    ...options,
    from: 'origin',
  });
  const { platform, created, labels } = parseConfig(
    bytes,
    `config ${config.digest}`,
  );
  return {
    digest,
    mediaType,
    ...(platform && { platform }),
    size: layers.reduce((sum, layer) => sum + layer.size, config.size),
    configDigest: config.digest,
    ...(created !== undefined && { created }),
    labels,
    layers,
  };
}

async function checkLayer(
  client: RegistryClient,
  repository: Repository,
  layer: Descriptor,
  options: CallOptions,
): Promise<void> {
  const details = { host: repository.registry, repository: repository.path };
  const where = `${repository.registry}/${repository.path}`;
  const found = await client.headBlob(repository, layer.digest, options);
  if (!found) {
    throw new OciError(
      'notFound',
      `${where} does not have layer ${layer.digest}`,
      details,
    );
  }
  if (found.size !== undefined && found.size !== layer.size) {
    throw new OciError(
      'digestMismatch',
      `${where} has layer ${layer.digest} with ${found.size} bytes where its manifest says ${layer.size}`,
      details,
    );
  }
}
