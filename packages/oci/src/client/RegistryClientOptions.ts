import { Keychain } from '../auth/Keychain';

/**
 * How to talk to one registry host.
 *
 * @public
 */
export interface RegistryHostOptions {
  /**
   * Speak plain http. Without it a host is only ever spoken to over TLS; there
   * is no fallback. It also applies to a token realm or upload location on this
   * host. Default: false.
   */
  readonly plainHttp?: boolean;
  /** Accept any certificate. For tests and emergencies. Default: false. */
  readonly skipTlsVerify?: boolean;
  /** PEM certificates to trust for this host besides the usual ones. */
  readonly ca?: string | readonly string[];
  /** Client certificate and key in PEM, for mutual TLS. */
  readonly clientCertificate?: { readonly cert: string; readonly key: string };
  /**
   * Where to pull from first, in order: `host[:port]` or `host[:port]/prefix`.
   * The registry itself is always the last. Pushes, `exists` questions and
   * {@link verifyImage} never ask a mirror.
   */
  readonly mirrors?: readonly string[];
  /**
   * Host that serves the API when it is not the one in the name. Default:
   * `registry-1.docker.io` for `docker.io`, otherwise the host itself.
   * Credentials are still looked up under the name.
   */
  readonly apiHost?: string;
}

/**
 * Which HTTP proxy to use. User info in a proxy's URL becomes its
 * `Proxy-Authorization` and appears nowhere else.
 *
 * @public
 */
export interface ProxyOptions {
  /** For https registries: `http://proxy:3128`. */
  readonly httpsProxy?: string;
  /** For plain http registries. */
  readonly httpProxy?: string;
  /**
   * Hosts that are asked directly, as in `NO_PROXY`: `host`, `host:port`,
   * `.suffix`, IP address, CIDR block, `*`; separated by commas. Loopback never
   * goes through a proxy.
   */
  readonly noProxy?: string;
}

/**
 * When and how long to wait before an attempt is repeated: full jitter, so each
 * delay is random between 0 and `baseMs * 2^(attempt - 1)`, capped. A
 * `Retry-After` is waited in full instead, unless it is above `maxRetryAfterMs`:
 * then the error is thrown at once.
 *
 * @public
 */
export interface RetryPolicy {
  /** Tries in all, the first included. Default: 5. */
  readonly attempts: number;
  /** Milliseconds. Default: 200. */
  readonly baseMs: number;
  /** Cap of one delay, milliseconds. Default: 20 000. */
  readonly maxDelayMs: number;
  /** Milliseconds. Default: 60 000. */
  readonly maxRetryAfterMs: number;
}

/**
 * Milliseconds a peer may keep us waiting.
 *
 * @public
 */
export interface Timeouts {
  /** Until a connection stands, TLS included. Default: 10 000. */
  readonly connectMs: number;
  /** Until the status line arrives after the request is sent. Default: 120 000. */
  readonly headersMs: number;
  /** Between two pieces of a body. Default: 60 000. */
  readonly bodyMs: number;
}

/**
 * Options of {@link RegistryClient.create}.
 *
 * @public
 */
export interface RegistryClientOptions {
  /** Default: no credentials at all. */
  readonly keychain?: Keychain;
  /** By host as it stands in references (`registry.example:5000`). */
  readonly hosts?: Readonly<Record<string, RegistryHostOptions>>;
  /** PEM certificates to trust for every host besides the usual ones. */
  readonly ca?: string | readonly string[];
  /**
   * `environment` reads `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` (either case)
   * once, at creation; `none` asks everything directly. Default: `environment`.
   */
  readonly proxy?: ProxyOptions | 'environment' | 'none';
  /** What differs from the defaults of {@link RetryPolicy}. */
  readonly retry?: Partial<RetryPolicy>;
  /** What differs from the defaults of {@link Timeouts}. */
  readonly timeouts?: Partial<Timeouts>;
  /** Open connections to one origin at most. Default: 16. */
  readonly connectionsPerOrigin?: number;
  /** Default: `buildog-oci`. */
  readonly userAgent?: string;
}
