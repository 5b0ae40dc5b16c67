import { createHash } from 'node:crypto';
import type { Request } from 'express';
import type { Idempotency } from '../../store/NewBuild';
import type { Sender } from '../Caller';
import { RequestError } from '../RequestError';

/**
 * The `Idempotency-Key` of a request, bound to its sender, route and body.
 * @throws RequestError 400 for a key that cannot be one.
 */
export function readIdempotency(
  request: Request,
  caller: Sender,
  body: unknown,
): { idempotency?: Idempotency } {
  const key = request.header('idempotency-key');
  if (key === undefined) return {};
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new RequestError(
      'InputError',
      'Idempotency-Key has 1 to 255 visible ASCII characters.',
      { code: 'InvalidField', field: 'Idempotency-Key' },
    );
  }
  const requestHash = createHash('sha256')
    .update(`${request.method} ${request.path}\n${JSON.stringify(body)}`)
    .digest('hex');
  return { idempotency: { key, scope: caller.name, requestHash } };
}
