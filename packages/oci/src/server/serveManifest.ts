import type { IncomingMessage } from 'node:http';
import {
  Digest,
  DigestAlgorithm,
  digestOf,
  splitDigest,
} from '../digest/Digest';
import { isOciError } from '../errors/OciError';
import { Exchange, sendEmpty, wrongMethod } from './Exchange';
import { RegistryFault } from './RegistryFault';
import type { ManifestTarget } from './route';
import { ManifestReferences, readReferences } from './storage/readReferences';
import type { RegistryStore } from './storage/RegistryStore';

/** What the specification asks registries to accept, and clients to stay below. */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

/** `HEAD`, `GET`, `PUT` and `DELETE` of a manifest. */
export async function serveManifest(
  exchange: Exchange,
  repository: string,
  target: ManifestTarget,
): Promise<void> {
  switch (exchange.method) {
    case 'HEAD':
    case 'GET':
      await sendManifest(exchange, repository, target);
      return;
    case 'PUT':
      await putManifest(exchange, repository, target);
      return;
    case 'DELETE':
      await deleteManifest(exchange, repository, target);
      return;
    default:
      throw wrongMethod('GET, HEAD, PUT, DELETE');
  }
}

async function sendManifest(
  { store, response, method }: Exchange,
  repository: string,
  target: ManifestTarget,
): Promise<void> {
  const digest =
    target.digest ?? (await store.manifests.resolve(repository, target.tag));
  const found = digest && (await store.manifests.find(repository, digest));
  if (!found) throw unknownManifest();
  const headers = {
    'content-type': found.mediaType,
    'content-length': found.size,
    'docker-content-digest': digest,
    etag: `"${digest}"`,
  };
  if (method === 'HEAD') {
    response.writeHead(200, headers).end();
    return;
  }
  const bytes = await store.manifests.read(digest);
  if (!bytes) throw unknownManifest();
  response.writeHead(200, headers).end(bytes);
}

async function putManifest(
  { store, request, response }: Exchange,
  repository: string,
  target: ManifestTarget,
): Promise<void> {
  const bytes = await readBody(request);
  const mediaType = (request.headers['content-type'] ?? '')
    .split(';')[0]
    .trim();
  const references = parse(bytes, mediaType);
  const digest = digestOf(algorithmOf(target), bytes);
  if (target.digest !== undefined && target.digest !== digest) {
    throw new RegistryFault(
      400,
      'DIGEST_INVALID',
      'the manifest has another digest than its address',
    );
  }
  const manifest = { digest, mediaType, bytes, references };
  await store.manifests.add(repository, manifest, target.tag, () =>
    checkReferences(store, repository, references),
  );
  sendEmpty(response, 201, {
    location: `/v2/${repository}/manifests/${digest}`,
    'docker-content-digest': digest,
    ...(references.subject && { 'oci-subject': references.subject }),
  });
}

async function deleteManifest(
  { store, response }: Exchange,
  repository: string,
  { tag, digest }: ManifestTarget,
): Promise<void> {
  const { manifests } = store;
  const removed =
    tag === undefined
      ? await manifests.remove(repository, digest)
      : await manifests.removeTag(repository, tag);
  if (!removed) throw unknownManifest();
  sendEmpty(response, 202);
}

/** A list points at manifests, an image at blobs: all must be in the repository. */
async function checkReferences(
  store: RegistryStore,
  repository: string,
  { blobs, manifests }: ManifestReferences,
): Promise<void> {
  for (const digest of new Set(blobs)) {
    if (!(await store.blobs.has(repository, digest))) {
      throw missing(`the blob ${digest}`);
    }
  }
  for (const digest of new Set<Digest>(manifests)) {
    if (!(await store.manifests.find(repository, digest))) {
      throw missing(`the manifest ${digest}`);
    }
  }
}

function parse(bytes: Buffer, mediaType: string): ManifestReferences {
  try {
    return readReferences(bytes, mediaType);
  } catch (error) {
    if (!isOciError(error)) throw error;
    throw new RegistryFault(400, 'MANIFEST_INVALID', error.message);
  }
}

/** A tag points at a sha256 digest; who wants another pushes by it. */
function algorithmOf({ digest }: ManifestTarget): DigestAlgorithm {
  return digest === undefined ? 'sha256' : splitDigest(digest).algorithm;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > MAX_MANIFEST_BYTES) {
      throw new RegistryFault(
        413,
        'SIZE_INVALID',
        `a manifest has at most ${MAX_MANIFEST_BYTES} bytes`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function missing(what: string): RegistryFault {
  return new RegistryFault(
    404,
    'MANIFEST_BLOB_UNKNOWN',
    `${what} that the manifest points at is not in this repository`,
  );
}

function unknownManifest(): RegistryFault {
  return new RegistryFault(
    404,
    'MANIFEST_UNKNOWN',
    'this repository has no such manifest',
  );
}
