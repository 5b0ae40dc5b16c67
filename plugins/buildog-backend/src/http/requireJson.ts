import type { RequestHandler } from 'express';
import { RequestError } from './RequestError';

/**
 * Refuses a body that is not JSON, instead of passing it over as if nothing
 * had been sent.
 */
export const requireJson: RequestHandler = (request, _response, next) => {
  const isEmpty = request.header('content-length') === '0';
  // `null` without a body, `false` with a body of another type.
  if (isEmpty || request.is('application/json') !== false) {
    next();
    return;
  }
  throw new RequestError(
    'UnsupportedMediaTypeError',
    'The body must be JSON: send content-type: application/json.',
    { code: 'InvalidBody', field: 'body' },
  );
};
