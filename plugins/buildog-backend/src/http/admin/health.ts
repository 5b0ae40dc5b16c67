import type { RequestHandler } from 'express';
import type { HttpContext } from '../HttpContext';

/**
 * `GET /v1/health`: 200 while the controller works, else 503 with a sentence.
 * Without authentication, for probes; it says nothing about builds.
 */
export function health({ controller }: HttpContext): RequestHandler {
  return (_request, response) => {
    const { ok, message } = controller.health();
    response
      .status(ok ? 200 : 503)
      .set('cache-control', 'no-store')
      .json({ status: ok ? 'ok' : 'error', message });
  };
}
