/**
 * Everything that can go wrong in this package, as a closed list.
 *
 * | code | meaning |
 * |---|---|
 * | `aborted` | the caller's `AbortSignal` fired |
 * | `digestMismatch` | bytes do not have the digest or size that was promised |
 * | `forbidden` | 403: the credential is known and may not do this |
 * | `invalidConfig` | options, docker config or a PEM cannot be used |
 * | `invalidLayout` | an image layout on disk breaks a rule |
 * | `invalidManifest` | a registry sent a manifest, index or config that breaks a rule |
 * | `invalidReference` | text that is no image reference, tag or digest |
 * | `network` | no usable answer: DNS, refused, reset, timeout, truncated body |
 * | `notFound` | 404: no such repository, manifest, blob or upload |
 * | `rateLimited` | 429 |
 * | `redirectRefused` | an address that must not be followed: a redirect, upload location or token realm, or a link-local host |
 * | `refused` | 400, 405, 413, 416 …: the registry does not accept the request |
 * | `registryFault` | 5xx, or an answer that breaks the protocol |
 * | `sourceFailed` | the content to be uploaded could not be read |
 * | `tls` | the certificate was not accepted |
 * | `tooLarge` | something is above its cap |
 * | `unauthorized` | 401: no credential, or not accepted |
 * | `unsupported` | a media type, digest algorithm or feature this package does not have |
 *
 * @public
 */
export type OciErrorCode =
  | 'aborted'
  | 'digestMismatch'
  | 'forbidden'
  | 'invalidConfig'
  | 'invalidLayout'
  | 'invalidManifest'
  | 'invalidReference'
  | 'network'
  | 'notFound'
  | 'rateLimited'
  | 'redirectRefused'
  | 'refused'
  | 'registryFault'
  | 'sourceFailed'
  | 'tls'
  | 'tooLarge'
  | 'unauthorized'
  | 'unsupported';

/**
 * What an {@link OciError} knows besides its sentence.
 *
 * @public
 */
export interface OciErrorDetails {
  /** What was thrown below. Never holds a credential. */
  cause?: unknown;
  /** True when the same call may succeed later without a change. Default: false. */
  retryable?: boolean;
  /** HTTP status, when a registry answered. */
  status?: number;
  /** Registry host (with port) that was asked. */
  host?: string;
  /** Repository path that was asked, without the host. */
  repository?: string;
  /** Milliseconds the registry asked us to wait (`Retry-After`). */
  retryAfterMs?: number;
  /** Codes of the registry's error body, for example `MANIFEST_UNKNOWN`. */
  registryCodes?: readonly string[];
  /** Zero-based offset into the text that could not be parsed. */
  position?: number;
}

/**
 * The only error this package throws on purpose.
 *
 * The message names what was asked, what is wrong and, where there is one, the
 * remedy. Credentials, tokens, query strings, user info of URLs and content of
 * files are never part of it.
 *
 * @public
 */
export class OciError extends Error {
  /** Tells it apart where `instanceof` can not. */
  readonly name = 'OciError';
  /** What went wrong. */
  readonly code: OciErrorCode;
  /** True when the same call may succeed later without a change. */
  readonly retryable: boolean;
  /** HTTP status, when a registry answered. */
  readonly status?: number;
  /** Registry host (with port) that was asked. */
  readonly host?: string;
  /** Repository path that was asked. */
  readonly repository?: string;
  /** Milliseconds the registry asked us to wait. */
  readonly retryAfterMs?: number;
  /** Codes of the registry’s error body; empty without one. */
  readonly registryCodes: readonly string[];
  /** Zero-based offset into the text that could not be parsed. */
  readonly position?: number;

  constructor(
    code: OciErrorCode,
    message: string,
    details: OciErrorDetails = {},
  ) {
    super(
      message,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.code = code;
    this.retryable = details.retryable ?? false;
    this.status = details.status;
    this.host = details.host;
    this.repository = details.repository;
    this.retryAfterMs = details.retryAfterMs;
    this.registryCodes = details.registryCodes ?? [];
    this.position = details.position;
  }
}

/**
 * Tells an {@link OciError} from anything else, also across two copies of this
 * package; with `code`, also which one.
 *
 * @public
 */
export function isOciError(
  error: unknown,
  code?: OciErrorCode,
): error is OciError {
  return (
    error instanceof Error &&
    error.name === 'OciError' &&
    (code === undefined || (error as OciError).code === code)
  );
}
