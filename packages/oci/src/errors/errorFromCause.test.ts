import { errorFromCause } from './errorFromCause';
import { isOciError, OciError } from './OciError';

function withCode(code: string, cause?: unknown): Error {
  return Object.assign(new Error('x', { cause }), { code });
}

describe('errorFromCause', () => {
  it.each([
    ['ECONNREFUSED', 'network', true],
    ['ECONNRESET', 'network', true],
    ['ENOTFOUND', 'network', true],
    ['UND_ERR_HEADERS_TIMEOUT', 'network', true],
    ['SOMETHING_NEW', 'network', true],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls', false],
    ['CERT_HAS_EXPIRED', 'tls', false],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', false],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls', false],
    ['ELINKLOCAL', 'redirectRefused', false],
  ])('%s is %s, retryable: %p', (code, expected, retryable) => {
    const error = errorFromCause(withCode(code), 'r.example', undefined);
    expect(error).toMatchObject({ code: expected, retryable });
    expect(error.message).toContain('r.example');
  });

  it('looks into causes and aggregates', () => {
    const inner = withCode('CERT_HAS_EXPIRED');
    const wrapped = new Error('fetch failed', { cause: inner });
    const many = new AggregateError([withCode('ECONNREFUSED')]);
    expect(errorFromCause(wrapped, 'r', undefined).code).toBe('tls');
    expect(errorFromCause(many, 'r', undefined).message).toContain(
      'nothing listens there',
    );
    expect(errorFromCause('odd', 'r', undefined).code).toBe('network');
  });

  it('tells the caller’s abort by its signal', () => {
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    expect(errorFromCause(withCode('ECONNRESET'), 'r', signal)).toMatchObject({
      code: 'aborted',
      cause: reason,
      retryable: false,
    });
  });

  it('leaves our own errors alone', () => {
    const own = new OciError('tooLarge', 'x');
    expect(errorFromCause(own, 'r', undefined)).toBe(own);
    expect(isOciError(own, 'tooLarge')).toBe(true);
    expect(isOciError(own, 'tls')).toBe(false);
    expect(isOciError(new Error('x'))).toBe(false);
    expect(isOciError(undefined)).toBe(false);
  });
});
