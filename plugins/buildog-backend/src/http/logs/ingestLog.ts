import express from 'express';
import type {
  ErrorRequestHandler,
  Request,
  RequestHandler,
  Response,
} from 'express';
import type { HttpContext, IngestReceiver } from '../HttpContext';

/** Before a body is read: nobody without a token makes us hold megabytes. */
const requireBearer: RequestHandler = (request, response, next) => {
  if (bearer(request)) next();
  else response.status(401).json({ error: 'a bearer token is needed' });
};

const refuseCompressed: RequestHandler = (request, response, next) => {
  const encoding = request.header('content-encoding');
  if (encoding === undefined || encoding === 'identity') next();
  else response.status(415).json({ error: 'logs are sent uncompressed' });
};

/**
 * `POST /v1/ingest/{attemptId}/{container}?offset=&complete=`, by the agent's
 * protocol. The sidecar's own bearer token is checked by the ingest;
 * Backstage's authentication is off for this path only.
 */
export function ingestLog(
  { ingestLimitBytes }: HttpContext,
  ingest: IngestReceiver,
): RequestHandler[] {
  return [
    requireBearer,
    refuseCompressed,
    express.raw({ type: () => true, limit: ingestLimitBytes, inflate: false }),
    async (request, response) => {
      const { attemptId, container } = request.params;
      const { offset, complete, truncated } = request.query;
      const reply = await ingest.append({
        attemptId,
        container,
        token: bearer(request) ?? '',
        offset:
          typeof offset === 'string' && /^\d{1,16}$/.test(offset)
            ? Number(offset)
            : -1,
        bytes: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
        // A sidecar that lost something leaves the rest to the fallback.
        final: complete === 'true' && truncated !== 'true',
      });
      answer(response, reply);
    },
  ];
}

/** `POST /v1/ingest/{attemptId}/heartbeat` */
export function ingestHeartbeat(ingest: IngestReceiver): RequestHandler[] {
  return [
    requireBearer,
    express.raw({ type: () => true, limit: 65_536, inflate: false }),
    async (request, response) => {
      const { attemptId } = request.params;
      const token = bearer(request) ?? '';
      answer(response, await ingest.heartbeat({ attemptId, token }));
    },
  ];
}

/**
 * What goes wrong with a body, in the ingest's own form. Never 413: that
 * would tell the sidecar to send no more of the log.
 */
export const ingestErrors: ErrorRequestHandler = (
  error,
  _request,
  response,
  next,
) => {
  const status = (error as { status?: unknown }).status;
  if (response.headersSent || typeof status !== 'number' || status >= 500) {
    next(error);
    return;
  }
  response.status(400).json({
    error:
      status === 413 ? 'the chunk is too large' : 'the body cannot be read',
  });
};

function bearer(request: Request): string | undefined {
  return /^Bearer ([\x21-\x7e]{1,512})$/i.exec(
    request.header('authorization') ?? '',
  )?.[1];
}

function answer(
  response: Response,
  reply: { status: number; body: unknown },
): void {
  response.status(reply.status);
  if (reply.status === 503) response.setHeader('retry-after', '2');
  if (reply.body === undefined) response.end();
  else response.json(reply.body);
}
