import { OciError } from './OciError';

/** Codes of OpenSSL and Node that mean "this certificate is not accepted". */
const TLS_CODE =
  /^(CERT_|ERR_TLS_|ERR_SSL_|EPROTO$|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;

const SENTENCES: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was reset',
  EAI_AGAIN: 'the name could not be resolved just now',
  ENOTFOUND: 'the name does not resolve',
  ELINKLOCAL: 'the name resolves to a link-local address, which is refused',
  UND_ERR_BODY_TIMEOUT: 'the answer stopped coming',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_SOCKET: 'the connection broke',
};

/**
 * Turns what the HTTP client threw into an {@link OciError}. The caller's own
 * abort is recognised by its signal, not by the shape of the error.
 */
export function errorFromCause(
  cause: unknown,
  host: string,
  signal: AbortSignal | undefined,
): OciError {
  if (cause instanceof OciError) return cause;
  if (signal?.aborted) return abortedError(signal);
  const code = findCode(cause);
  if (code === 'ELINKLOCAL') {
    return new OciError('redirectRefused', `${host}: ${SENTENCES[code]}`, {
      cause,
      host,
    });
  }
  if (code !== undefined && TLS_CODE.test(code)) {
    return new OciError(
      'tls',
      `${host} did not offer a TLS connection we accept (${code}); if its certificate is signed by a CA of your own, add that CA for this host`,
      { cause, host },
    );
  }
  const reason = SENTENCES[code ?? ''] ?? 'the request failed';
  return new OciError(
    'network',
    `cannot talk to ${host}: ${reason}${code ? ` (${code})` : ''}`,
    { cause, host, retryable: true },
  );
}

/** The error for a call whose signal fired; its cause is the signal's reason. */
export function abortedError(signal: AbortSignal): OciError {
  return new OciError('aborted', 'the call was aborted', {
    cause: signal.reason,
  });
}

/** By shape, not by class: the error may come from another realm. */
function findCode(error: unknown, depth = 0): string | undefined {
  if (typeof error !== 'object' || error === null || depth > 4)
    return undefined;
  const { code, errors, cause } = error as {
    code?: unknown;
    errors?: unknown;
    cause?: unknown;
  };
  if (typeof code === 'string') return code;
  return findCode(Array.isArray(errors) ? errors[0] : cause, depth + 1);
}
