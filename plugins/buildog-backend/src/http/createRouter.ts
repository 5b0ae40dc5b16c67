import express from 'express';
import PromiseRouter from 'express-promise-router';
import { getStatus, setMode } from './admin/administer';
import { health } from './admin/health';
import { cancelBuild, rebuildBuild, retryBuild } from './builds/commandBuild';
import { getBuild, getBuildByNumber } from './builds/getBuild';
import { listBuilds } from './builds/listBuilds';
import { startBuild } from './builds/startBuild';
import { getEntityStatus } from './entities/getEntityStatus';
import { listBranches } from './entities/listBranches';
import { errorHandler } from './errorHandler';
import { getSigningKey } from './getSigningKey';
import type { HttpContext } from './HttpContext';
import { downloadLog } from './logs/downloadLog';
import { ingestErrors, ingestHeartbeat, ingestLog } from './logs/ingestLog';
import { listLogs, listSteps } from './logs/listLogs';
import { readLog } from './logs/readLog';
import { streamLog } from './logs/streamLog';
import { requireJson } from './requireJson';

/** Largest body of a request that is not a log. */
const BODY_LIMIT = 16 * 1024;

/** Every route of the API; `openapi.yaml` describes each. */
export function createRouter(context: HttpContext): express.Router {
  const router = PromiseRouter();
  const { ingest } = context;
  if (ingest) {
    router.post('/v1/ingest/:attemptId/heartbeat', ...ingestHeartbeat(ingest));
    router.post(
      '/v1/ingest/:attemptId/:container',
      ...ingestLog(context, ingest),
    );
    router.use('/v1/ingest', ingestErrors);
  }
  router.use(requireJson, express.json({ limit: BODY_LIMIT }));
  router.get('/v1/health', health(context));

  router.post('/v1/builds', startBuild(context));
  router.get('/v1/builds', listBuilds(context));
  router.get('/v1/builds/:id', getBuild(context));
  router.post('/v1/builds/:id/cancel', cancelBuild(context));
  router.post('/v1/builds/:id/retry', retryBuild(context));
  router.post('/v1/builds/:id/rebuild', rebuildBuild(context));

  const entity = '/v1/entities/:kind/:namespace/:name';
  router.get(entity, getEntityStatus(context));
  router.get(`${entity}/branches`, listBranches(context));
  router.get(`${entity}/builds/:number`, getBuildByNumber(context));

  const attempt = '/v1/builds/:id/attempts/:attemptId';
  router.get(`${attempt}/steps`, listSteps(context));
  router.get(`${attempt}/logs`, listLogs(context));
  router.get(`${attempt}/logs/:container`, readLog(context));
  router.get(`${attempt}/logs/:container/download`, downloadLog(context));
  router.get(`${attempt}/logs/:container/stream`, streamLog(context));

  router.get('/v1/signing-key', getSigningKey(context));
  router.get('/v1/admin/status', getStatus(context));
  router.post('/v1/admin/pause', setMode(context, 'pause'));
  router.post('/v1/admin/drain', setMode(context, 'drain'));
  router.post('/v1/admin/resume', setMode(context, 'resume'));

  router.use(errorHandler());
  return router;
}
