import type { Entity } from '@backstage/catalog-model';
import type { EntityStatus } from '@buildog/plugin-buildog-common';
import { SourceError } from '@buildog/plugin-buildog-node';
import type { RequestHandler } from 'express';
import type { EntityReadiness } from '../../catalog/EntityFacts';
import type { BuildSnapshot } from '../../domain/BuildSnapshot';
import { toBuildSummary } from '../../domain/view/toBuildSummary';
import { identifyCaller } from '../Caller';
import { findEntity, ownerOf } from '../builds/findEntity';
import { requireVerb } from '../builds/findBuild';
import type { HttpContext } from '../HttpContext';
import { parseFullEntityRef } from '../parseInput';

/** `GET /v1/entities/{kind}/{namespace}/{name}` */
export function getEntityStatus(context: HttpContext): RequestHandler {
  return async (request, response) => {
    const caller = await identifyCaller(context, request);
    const { kind, namespace, name } = request.params;
    const entityRef = parseFullEntityRef(
      `${kind}:${namespace}/${name}`,
      'entityRef',
    );
    const entity = await findEntity(context, caller, entityRef);
    const resource = { entityRef, ownerRef: ownerOf(entity) };
    requireVerb(caller, 'read', resource);

    const [readiness, mayAdminister, latest, statistics] = await Promise.all([
      readinessOf(context, entity),
      context.access.mayAdminister(caller.credentials),
      context.store.getLatestSucceeded(entityRef),
      context.store.getStatistics(entityRef),
    ]);
    const facts = readiness.state === 'Ready' ? readiness.facts : undefined;
    const status: EntityStatus = {
      entityRef,
      state: readiness.state,
      ...(readiness.state !== 'Ready' && {
        message: readiness.message,
        snippet: readiness.snippet,
      }),
      repositoryUrl: facts?.repositoryUrl,
      dockerfile: facts?.dockerfile,
      image: facts?.image,
      defaultBranch: facts?.branch,
      mayBuild: caller.access.may('create', resource),
      mayAdminister,
      latestImage: latest && toLatestImage(latest),
      statistics: {
        finished: statistics.finished,
        succeeded: statistics.succeeded,
        medianSeconds: statistics.medianSeconds,
        medianSecondsBefore: statistics.medianSecondsBefore,
      },
    };
    response.json(status);
  };
}

async function readinessOf(
  context: HttpContext,
  entity: Entity,
): Promise<EntityReadiness> {
  const readiness = context.readEntity(entity);
  if (readiness.state !== 'Ready') return readiness;
  try {
    await context.checkSource(readiness.facts.repositoryUrl);
    return readiness;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    // An outage of name resolution says nothing about the settings.
    if (error.retryable) return readiness;
    return { state: 'SourceNotAllowed', message: error.reason.message };
  }
}

function toLatestImage(latest: BuildSnapshot): EntityStatus['latestImage'] {
  const { build } = latest;
  const moved = build.movedTags.find(tag => tag.state === 'Moved');
  const { image, digest, signed } = toBuildSummary(latest, {
    mayCreate: false,
    mayCancel: false,
    mayReadLog: false,
  });
  const found = moved?.digest ?? digest;
  const reference = moved?.reference ?? image;
  return found && reference
    ? {
        reference,
        digest: found,
        signed,
        build: { id: build.id, number: build.number },
      }
    : undefined;
}
