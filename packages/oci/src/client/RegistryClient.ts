import { Readable } from 'node:stream';
import { anonymousKeychain } from '../auth/Keychain';
import { Digest } from '../digest/Digest';
import { OciError } from '../errors/OciError';
import { Descriptor } from '../model/Descriptor';
import { Reference, Repository } from '../reference/Reference';
import { defaultRetryPolicy, withRetry } from '../retry/withRetry';
import { Dispatchers } from '../transport/Dispatchers';
import { HostTable } from '../transport/HostTable';
import { HttpSender } from '../transport/HttpSender';
import { proxyFromEnvironment } from '../transport/proxyFor';
import {
  BlobSource,
  CallOptions,
  FetchedManifest,
  ManifestToPut,
  PingResult,
  PullOptions,
  PutBlobOptions,
  PutBlobOutcome,
} from './callOptions';
import { EndpointTable } from './EndpointTable';
import { fetchManifest } from './fetchManifest';
import { headBlob } from './headBlob';
import { headManifest } from './headManifest';
import { BlobAddress, openBlob, readBlob } from './readBlob';
import { readReferrers } from './readReferrers';
import { readTags } from './readTags';
import { RegistryClientOptions, Timeouts } from './RegistryClientOptions';
import { remove } from './remove';
import { sendManifest } from './sendManifest';
import { uploadBlob } from './uploadBlob';

const defaultTimeouts: Timeouts = {
  connectMs: 10_000,
  headersMs: 120_000,
  bodyMs: 60_000,
};
const MAX_BLOB_BYTES_IN_MEMORY = 4 * 1024 * 1024;

/**
 * A client for the OCI distribution API (v1.1), for any number of registries.
 * It keeps connections, challenges and tokens; one per process and set of
 * credentials is enough. Safe to use concurrently.
 *
 * All methods throw {@link OciError} only. What can be repeated safely is
 * repeated by the {@link RetryPolicy}.
 *
 * @public
 */
export class RegistryClient {
  private constructor(private readonly endpoints: EndpointTable) {}

  /**
   * Makes a client. Opens no connection.
   *
   * @throws {@link OciError} `invalidConfig`, `invalidReference` for a host that
   * is none
   */
  static create(options: RegistryClientOptions = {}): RegistryClient {
    const { proxy = 'environment' } = options;
    const hosts = new HostTable(options.hosts);
    const dispatchers = new Dispatchers({
      hosts,
      ca: options.ca === undefined ? [] : [options.ca].flat(),
      proxy:
        proxy === 'environment'
          ? proxyFromEnvironment()
          : (proxy !== 'none' && proxy) || {},
      timeouts: { ...defaultTimeouts, ...options.timeouts },
      connectionsPerOrigin: options.connectionsPerOrigin ?? 16,
    });
    return new RegistryClient(
      new EndpointTable(
        new HttpSender(hosts, dispatchers, options.userAgent ?? 'buildog-oci'),
        options.keychain ?? anonymousKeychain,
        { ...defaultRetryPolicy, ...options.retry },
      ),
    );
  }

  /** Asks `/v2/` whether a registry is there and how to authenticate. */
  async ping(registry: string, options: CallOptions = {}): Promise<PingResult> {
    const endpoint = this.endpoints.origin(registry);
    const { kind } = await withRetry(endpoint.retry, options.signal, () =>
      endpoint.authorizer.ping(options.signal),
    );
    return { auth: kind };
  }

  /**
   * The descriptor of a manifest or index, or `undefined` when there is none.
   * Default tag: `latest`.
   */
  headManifest(
    reference: Reference,
    options: PullOptions = {},
  ): Promise<Descriptor | undefined> {
    return this.endpoints.pull(reference.registry, options, endpoint =>
      headManifest(endpoint, reference, options),
    );
  }

  /**
   * A manifest or index of at most 4 MiB, its digest verified. Default tag:
   * `latest`.
   */
  getManifest(
    reference: Reference,
    options: PullOptions = {},
  ): Promise<FetchedManifest> {
    return this.endpoints.pull(reference.registry, options, endpoint =>
      fetchManifest(endpoint, reference, options),
    );
  }

  /**
   * Puts a manifest or index: under the tag when the reference has one (this is
   * what moves a tag), else under its digest. When the reference has a digest
   * the bytes must have it. Idempotent.
   */
  putManifest(
    reference: Reference,
    manifest: ManifestToPut,
    options: CallOptions = {},
  ): Promise<Descriptor> {
    const endpoint = this.endpoints.origin(reference.registry);
    return sendManifest(endpoint, reference, manifest, options);
  }

  /**
   * Deletes the manifest with the reference's digest, or where it has only a tag
   * just that tag. `notFound` when it is not there.
   */
  async deleteManifest(
    reference: Reference,
    options: CallOptions = {},
  ): Promise<void> {
    const target = reference.digest ?? reference.tag;
    if (target === undefined) {
      throw new OciError(
        'invalidReference',
        'deleting needs a reference with a tag or digest',
      );
    }
    const endpoint = this.endpoints.origin(reference.registry);
    await remove(endpoint, reference.path, `manifests/${target}`, options);
  }

  /**
   * Whether the registry itself (no mirror) has a blob, and its size where it
   * tells; `undefined` when it has not.
   */
  headBlob(
    repository: Repository,
    digest: Digest,
    options: CallOptions = {},
  ): Promise<{ readonly size?: number } | undefined> {
    const endpoint = this.endpoints.origin(repository.registry);
    return headBlob(endpoint, repository.path, digest, options);
  }

  /**
   * Streams a blob. The stream fails with `digestMismatch` instead of ending
   * when the bytes are not those of the digest, so trust nothing before its end.
   * A broken connection is resumed where it broke. Memory does not depend on the
   * size.
   */
  getBlob(
    repository: Repository,
    blob: BlobAddress,
    options: PullOptions = {},
  ): Promise<Readable> {
    const { path } = repository;
    return this.endpoints.pull(repository.registry, options, async endpoint => {
      const first = await openBlob(endpoint, path, blob, 0, options);
      const stream = Readable.from(
        readBlob(endpoint, path, blob, first, options),
        { objectMode: false },
      );
      // A generator that was never started would leave the answer open.
      return stream.once('close', () => first.stream().destroy());
    });
  }

  /** A small blob in memory, verified. `tooLarge` above `maxBytes` (4 MiB). */
  async getBlobBytes(
    repository: Repository,
    blob: BlobAddress,
    options: PullOptions & { readonly maxBytes?: number } = {},
  ): Promise<Buffer> {
    const { maxBytes = MAX_BLOB_BYTES_IN_MEMORY } = options;
    if (blob.size > maxBytes) {
      throw new OciError(
        'tooLarge',
        `blob ${blob.digest} has ${blob.size} bytes, at most ${maxBytes} are read here`,
        { host: repository.registry, repository: repository.path },
      );
    }
    const { path } = repository;
    return this.endpoints.pull(repository.registry, options, async endpoint => {
      const first = await openBlob(endpoint, path, blob, 0, options);
      const chunks: Buffer[] = [];
      for await (const chunk of readBlob(
        endpoint,
        path,
        blob,
        first,
        options,
      )) {
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    });
  }

  /**
   * Brings a blob into a repository: asks whether it is there, else mounts it
   * from elsewhere in the registry, else uploads it in one resumable stream.
   * Idempotent. On failure the upload is cancelled.
   */
  putBlob(
    repository: Repository,
    blob: BlobSource,
    options: PutBlobOptions = {},
  ): Promise<PutBlobOutcome> {
    const endpoint = this.endpoints.origin(repository.registry);
    return uploadBlob(endpoint, repository, blob, options);
  }

  /** Deletes a blob. `notFound` when it is not there. */
  deleteBlob(
    repository: Repository,
    digest: Digest,
    options: CallOptions = {},
  ): Promise<void> {
    const endpoint = this.endpoints.origin(repository.registry);
    return remove(endpoint, repository.path, `blobs/${digest}`, options);
  }

  /** Tags in the registry's order; pages are fetched as they are read. */
  listTags(
    repository: Repository,
    options: CallOptions & { readonly pageSize?: number } = {},
  ): AsyncIterable<string> {
    const endpoint = this.endpoints.origin(repository.registry);
    return readTags(endpoint, repository.path, options);
  }

  /**
   * What refers to a manifest (signatures, SBOMs, …): from the referrers API, or
   * where a registry has none from the fallback tag (`sha256-<hex>`).
   */
  listReferrers(
    repository: Repository,
    digest: Digest,
    options: CallOptions & { readonly artifactType?: string } = {},
  ): Promise<Descriptor[]> {
    const endpoint = this.endpoints.origin(repository.registry);
    return readReferrers(endpoint, repository, digest, options);
  }

  /** Closes all connections. Calls under way fail with `network`. */
  close(): Promise<void> {
    return this.endpoints.sender.close();
  }
}
