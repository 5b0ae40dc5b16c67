/** Kubernetes' `Status` object, as far as it is looked at. */
export interface ApiStatus {
  code?: number;
  reason?: string;
  message?: string;
  details?: { retryAfterSeconds?: number };
}

/**
 * An API server's answer outside 2xx, or (with `status` 0) none at all. The
 * message is the server's own; it never holds a request's headers or body.
 */
export class ApiError extends Error {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** Kubernetes' reason: `AlreadyExists`, `Forbidden`, `Expired`, … */
  readonly reason?: string;
  readonly retryAfterMs?: number;

  constructor(
    status: number,
    message: string,
    options: { reason?: string; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'ApiError';
    this.status = status;
    this.reason = options.reason;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** Reads an answer's body, which need not be a `Status`: proxies answer too. */
  static fromResponse(
    status: number,
    body: string,
    retryAfter: string | undefined,
  ): ApiError {
    const parsed = readStatus(body);
    const seconds = Number(retryAfter ?? parsed?.details?.retryAfterSeconds);
    return new ApiError(
      status,
      parsed?.message ?? (body.trim().slice(0, 200) || `HTTP ${status}`),
      {
        reason: parsed?.reason,
        retryAfterMs:
          Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined,
      },
    );
  }
}

/** True for an {@link ApiError} of that HTTP status. */
export function isApiStatus(error: unknown, status: number): boolean {
  return error instanceof ApiError && error.status === status;
}

function readStatus(body: string): ApiStatus | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null
      ? (parsed as ApiStatus)
      : undefined;
  } catch {
    return undefined;
  }
}
