import type { ErrorRequestHandler } from 'express';
import { toRequestError } from './toRequestError';

/**
 * Writes refusals as `{error: {name, message, code, field}}`. Whatever else
 * goes wrong is passed on to Backstage's own handler, which logs it and
 * answers 500 without details.
 */
export function errorHandler(): ErrorRequestHandler {
  return (error, _request, response, next) => {
    const refusal = toRequestError(error);
    if (!refusal || response.headersSent) {
      next(error);
      return;
    }
    const { name, message, code, field, status } = refusal;
    if (status === 503) response.setHeader('retry-after', '5');
    response.status(status).json({ error: { name, message, code, field } });
  };
}
