import { RegistryResponse } from '../transport/RegistryResponse';
import { OciError, OciErrorCode } from './OciError';

/** As much of an error body as is read. */
const MAX_ERROR_BODY = 64 * 1024;
/** As much of a registry's own words as goes into a message. */
const MAX_MESSAGE = 300;
const RETRYABLE = new Set([408, 429, 500, 502, 503, 504]);

/** What was asked, for the sentence of an error. */
export interface Asked {
  /** For example `pull manifest sha256:…`. Holds no secret. */
  readonly action: string;
  readonly host: string;
  readonly repository?: string;
}

/**
 * Reads the (capped) body of an answer nobody wanted and says what it means.
 * `secrets` are blotted out of the registry's words, should it repeat them.
 */
export async function errorFromResponse(
  response: RegistryResponse,
  asked: Asked,
  secrets: readonly string[] = [],
): Promise<OciError> {
  const { status } = response;
  const body = await response.text(MAX_ERROR_BODY).catch(() => '');
  const { codes, message } = parseErrorBody(body);
  const where = asked.repository
    ? `${asked.host}/${asked.repository}`
    : asked.host;
  const words = [...codes.slice(0, 5), ...(message ? [message] : [])].join(
    ': ',
  );
  return new OciError(
    codes.includes('DIGEST_INVALID') ? 'digestMismatch' : codeFor(status),
    `cannot ${asked.action} at ${where}: status ${status}${meaning(status)}${
      words ? ` (${redact(words, secrets)})` : ''
    }`,
    {
      status,
      host: asked.host,
      repository: asked.repository,
      retryable: RETRYABLE.has(status),
      retryAfterMs: parseRetryAfter(response.header('retry-after')),
      registryCodes: codes,
    },
  );
}

function codeFor(status: number): OciErrorCode {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'notFound';
  if (status === 413) return 'tooLarge';
  if (status === 429) return 'rateLimited';
  return status >= 400 && status < 500 ? 'refused' : 'registryFault';
}

function meaning(status: number): string {
  if (status === 401) return ', no credential for it or not accepted';
  if (status === 403) return ', not allowed';
  if (status === 404) return ', not found';
  if (status === 413) return ', too large for it';
  if (status === 429) return ', rate limited';
  return '';
}

/** Milliseconds of a `Retry-After`: seconds, or a date. */
export function parseRetryAfter(
  value: string | undefined,
  now = Date.now(),
): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function parseErrorBody(body: string): { codes: string[]; message?: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return { codes: [] };
  }
  const errors = (parsed as { errors?: unknown } | undefined | null)?.errors;
  if (!Array.isArray(errors)) return { codes: [] };
  const known = errors.filter(
    (entry): entry is { code?: unknown; message?: unknown } =>
      typeof entry === 'object' && entry !== null,
  );
  const codes = known
    .map(entry => entry.code)
    .filter(
      (code): code is string =>
        typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,63}$/.test(code),
    );
  const message = known
    .map(entry => entry.message)
    .find((text): text is string => typeof text === 'string');
  return { codes, message };
}

function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret !== '') clean = clean.split(secret).join('[redacted]');
  }
  // Control and formatting characters could forge lines or drive a terminal.
  clean = clean.replace(/[\p{Cc}\p{Cf}]+/gu, ' ');
  return clean.length > MAX_MESSAGE ? `${clean.slice(0, MAX_MESSAGE)}…` : clean;
}
