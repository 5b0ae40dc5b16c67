import { Readable } from 'node:stream';
import { request } from 'undici';
import { abortedError, errorFromCause } from '../errors/errorFromCause';
import { OciError } from '../errors/OciError';
import { Dispatchers } from './Dispatchers';
import { HostTable } from './HostTable';
import { isLinkLocal } from './linkLocal';
import { RegistryResponse } from './RegistryResponse';

/** One HTTP request. A stream as body is destroyed by the time it is answered. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | Readable;
  readonly signal?: AbortSignal;
}

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Sends requests and follows redirects by the rules of {@link HostTable}. */
export class HttpSender {
  constructor(
    readonly hosts: HostTable,
    private readonly dispatchers: Dispatchers,
    private readonly userAgent: string,
  ) {}

  /**
   * Sends a request. GET and HEAD follow up to five redirects; as soon as one
   * leads to another origin, `authorization` is dropped for good. Any other
   * method that is redirected is refused: its body must not go elsewhere.
   */
  async send(
    first: HttpRequest,
    authorization: string | undefined,
  ): Promise<RegistryResponse> {
    let { url } = first;
    let credential = authorization;
    for (let hops = 0; ; hops++) {
      const response = await this.sendOnce({
        ...first,
        url,
        headers: {
          ...first.headers,
          ...(credential !== undefined && { authorization: credential }),
        },
      });
      const location = response.header('location');
      if (!REDIRECTS.has(response.status) || location === undefined) {
        return response;
      }
      await response.discard();
      if (first.method !== 'GET' && first.method !== 'HEAD') {
        throw new OciError(
          'redirectRefused',
          `${url.host} redirected a ${first.method}; only reads follow redirects`,
          { host: url.host, status: response.status },
        );
      }
      if (hops >= MAX_REDIRECTS) {
        throw new OciError(
          'redirectRefused',
          `${first.url.host} redirected more than ${MAX_REDIRECTS} times`,
          { host: first.url.host, status: response.status },
        );
      }
      const next = this.hosts.resolve(location, url, 'redirect');
      if (next.origin !== url.origin) credential = undefined;
      url = next;
    }
  }

  close(): Promise<void> {
    return this.dispatchers.close();
  }

  private async sendOnce(sent: HttpRequest): Promise<RegistryResponse> {
    const { method, url, body, signal } = sent;
    if (signal?.aborted) throw abortedError(signal);
    // Names are looked at when they are resolved, addresses here.
    if (isLinkLocal(url.hostname)) {
      throw new OciError(
        'redirectRefused',
        `${url.host} is a link-local address, which is refused`,
        { host: url.host },
      );
    }
    try {
      const raw = await request(url, {
        method,
        headers: {
          'user-agent': this.userAgent,
          // Digests are of the bytes as they are stored.
          'accept-encoding': 'identity',
          ...sent.headers,
        },
        body: body ?? null,
        signal,
        dispatcher: this.dispatchers.for(url),
      });
      return new RegistryResponse(raw, url, signal);
    } catch (error) {
      throw errorFromCause(error, url.host, signal);
    }
  }
}
