import { Readable } from 'node:stream';
import { isOciError, OciError } from '../errors/OciError';
import { waitToRetry } from '../retry/withRetry';
import { RegistryResponse } from '../transport/RegistryResponse';
import { BlobSource, CallOptions } from './callOptions';
import { headBlob } from './headBlob';
import { EndpointRequest, RegistryEndpoint } from './RegistryEndpoint';
import { VerifiedSource } from './VerifiedSource';

/** How long a failed upload may take to be given up properly. */
const CANCEL_TIMEOUT_MS = 5_000;

/** What an upload needs besides its content. */
export interface UploadOptions extends CallOptions {
  readonly onProgress?: (sentBytes: number) => void;
  /** An upload that is open already, from a mount that did not happen. */
  readonly location?: URL;
}

/**
 * One blob upload (distribution specification, "Pushing a blob in chunks", with
 * one chunk): POST opens it, PATCH streams, PUT closes it with the digest. After
 * a failure the registry is asked how much it has (GET), and the next PATCH goes
 * on from there; where it can't say, the upload starts anew.
 */
export class BlobUpload {
  private location: URL | undefined;
  private offset = 0;
  /** True once a PATCH went on from where an earlier one broke. */
  private resumed = false;
  private refusals = 0;
  private readonly source: VerifiedSource;

  constructor(
    private readonly endpoint: RegistryEndpoint,
    private readonly repository: string,
    private readonly blob: BlobSource,
    private readonly options: UploadOptions,
  ) {
    this.location = options.location;
    this.source = new VerifiedSource(blob);
  }

  /** Runs to the end. On failure the upload is cancelled in the registry. */
  async run(): Promise<void> {
    const { signal } = this.options;
    let renewals = 0;
    for (let failures = 0; ; ) {
      const before = this.offset;
      try {
        await this.attempt(failures > 0 || renewals > 0);
        return;
      } catch (error) {
        // A token that ran out during a long PATCH; the next request renews it.
        const isStale =
          isOciError(error, 'unauthorized') && renewals === 0 && this.location;
        if (isStale) {
          renewals += 1;
          continue;
        }
        failures = this.offset > before ? 1 : failures + 1;
        try {
          await waitToRetry(this.endpoint.retry, error, failures, signal);
        } catch (final) {
          await this.cancel();
          throw final;
        }
      }
    }
  }

  private async attempt(again: boolean): Promise<void> {
    // An earlier PUT may have worked although its answer was lost.
    if (again && (await this.exists())) return;
    if (again && this.location) await this.askOffset();
    if (!this.location) await this.start();
    if (this.offset < this.blob.size) await this.send();
    await this.finish();
  }

  private async exists(): Promise<boolean> {
    const found = await headBlob(
      this.endpoint,
      this.repository,
      this.blob.digest,
      { signal: this.options.signal, forPush: true, retry: false },
    );
    return found !== undefined;
  }

  private async start(): Promise<void> {
    const response = await this.request({
      method: 'POST',
      target: 'blobs/uploads/',
      expect: [202],
      action: `start to upload blob ${this.blob.digest}`,
    });
    this.offset = 0;
    this.resumed = false;
    this.follow(response);
  }

  private async askOffset(): Promise<void> {
    if (!this.location) return;
    try {
      const response = await this.request({
        method: 'GET',
        target: this.location,
        expect: [204, 200],
        action: `ask for the state of the upload of blob ${this.blob.digest}`,
      });
      this.offset = endOfRange(response.header('range'), this.blob.size);
      if (response.header('location')) this.follow(response);
    } catch (error) {
      if (!isOciError(error) || error.retryable) throw error;
      if (error.code === 'aborted' || error.code === 'unauthorized') {
        throw error;
      }
      // It forgot the upload, or can't tell: start anew.
      this.location = undefined;
      this.offset = 0;
    }
  }

  private async send(): Promise<void> {
    const { size, digest } = this.blob;
    const { onProgress } = this.options;
    const from = this.offset;
    const { source } = this;
    this.resumed ||= from > 0;
    const body = Readable.from(source.readFrom(from, onProgress), {
      objectMode: false,
    });
    try {
      const response = await this.request({
        method: 'PATCH',
        target: this.location as URL,
        headers: {
          'content-type': 'application/octet-stream',
          'content-length': String(size - from),
          ...(from > 0 && { 'content-range': `${from}-${size - 1}` }),
        },
        body,
        expect: [202, 201, 204],
        action: `upload blob ${digest}`,
      });
      if (source.failure) throw source.failure;
      this.offset = size;
      this.follow(response);
    } catch (error) {
      throw source.failure ?? this.explain(error);
    } finally {
      body.destroy();
    }
  }

  private async finish(): Promise<void> {
    const { digest } = this.blob;
    const url = new URL(this.location as URL);
    // Appended, not rewritten: the rest of the query may be signed.
    url.search += `${url.search ? '&' : '?'}digest=${encodeURIComponent(
      digest,
    )}`;
    const response = await this.request({
      method: 'PUT',
      target: url,
      headers: { 'content-type': 'application/octet-stream' },
      body: Buffer.alloc(0),
      expect: [201, 204],
      action: `finish the upload of blob ${digest}`,
    }).catch(error => {
      throw this.explain(error);
    });
    await response.discard();
    const told = response.header('docker-content-digest');
    if (told !== undefined && told !== digest) {
      throw new OciError(
        'digestMismatch',
        `${this.endpoint.address.registry}/${this.repository} stored blob ${digest} under another digest`,
        { host: this.endpoint.address.registry, repository: this.repository },
      );
    }
  }

  private async cancel(): Promise<void> {
    if (!this.location) return;
    try {
      const response = await this.request({
        method: 'DELETE',
        target: this.location,
        expect: [200, 202, 204, 404],
        action: 'cancel an upload',
        signal: AbortSignal.timeout(CANCEL_TIMEOUT_MS),
      });
      await response.discard();
    } catch {
      // The registry will purge it; the error that led here is what counts.
    }
  }

  /**
   * Says whether a refusal is the end. A resumed upload may be refused although
   * nothing is wrong with it: the registry may still have been writing what the
   * broken connection had carried. So it is asked again where it stands, and
   * then the upload starts anew.
   */
  private explain(error: unknown): unknown {
    const isRefusal =
      isOciError(error) &&
      ['refused', 'notFound', 'digestMismatch'].includes(error.code);
    if (!isRefusal || !this.resumed || this.refusals >= 3) return error;
    this.refusals += 1;
    if (error.code !== 'refused' || this.refusals > 1) {
      this.location = undefined;
      this.offset = 0;
    }
    const { host, repository, status } = error;
    return new OciError('network', error.message, {
      cause: error,
      retryable: true,
      host,
      repository,
      status,
    });
  }

  private follow(response: RegistryResponse): void {
    const location = response.header('location');
    response.stream().resume();
    if (location !== undefined) {
      this.location = this.endpoint.resolveLocation(location, response);
    } else if (!this.location) {
      throw new OciError(
        'registryFault',
        `${this.endpoint.address.registry} opened an upload without a Location`,
        { host: this.endpoint.address.registry, repository: this.repository },
      );
    }
  }

  private request(
    asked: Pick<EndpointRequest, 'method' | 'target' | 'expect' | 'action'> &
      Partial<EndpointRequest>,
  ): Promise<RegistryResponse> {
    return this.endpoint.request({
      repository: this.repository,
      actions: ['pull', 'push'],
      signal: this.options.signal,
      retry: false,
      ...asked,
    });
  }
}

/**
 * How many bytes a `Range: 0-<last>` says are there. `0-0` is what registries
 * say of an empty upload, so it counts as none.
 */
function endOfRange(range: string | undefined, size: number): number {
  const match = /^(?:bytes=)?0-(\d{1,15})$/.exec(range ?? '');
  const last = match ? Number(match[1]) : 0;
  return last > 0 && last < size ? last + 1 : 0;
}
