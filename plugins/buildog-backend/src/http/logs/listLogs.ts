import type { RequestHandler } from 'express';
import type { HttpContext } from '../HttpContext';
import { findAttempt } from './findAttempt';

/** `GET /v1/builds/{id}/attempts/{attemptId}/logs` */
export function listLogs(context: HttpContext): RequestHandler {
  return async (request, response) => {
    const { buildId, attemptId } = await findAttempt(context, request);
    const streams = await context.logStore.list({ buildId, attemptId });
    response.json({ streams });
  };
}

/** `GET /v1/builds/{id}/attempts/{attemptId}/steps` */
export function listSteps(context: HttpContext): RequestHandler {
  return async (request, response) => {
    const { buildId, attemptId } = await findAttempt(context, request);
    const steps = await context.controller.listSteps(buildId, attemptId);
    response.json({ steps });
  };
}
