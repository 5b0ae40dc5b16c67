import {
  parseGitRef,
  startBuildRequestSchema,
} from '@buildog/plugin-buildog-common';
import type { RequestHandler } from 'express';
import { toBuildSummary } from '../../domain/view/toBuildSummary';
import { audited } from '../audited';
import { authenticate } from '../Caller';
import type { HttpContext } from '../HttpContext';
import { parseFullEntityRef, parseInput } from '../parseInput';
import { RequestError } from '../RequestError';
import { requireVerb } from './findBuild';
import { findEntity, ownerOf, requireFacts } from './findEntity';
import { readIdempotency } from './idempotency';

/** `POST /v1/builds`: 201 with the new build, 200 with the one of the same key. */
export function startBuild(context: HttpContext): RequestHandler {
  return async (request, response) => {
    const sender = await authenticate(context, request);
    const body = parseInput(startBuildRequestSchema, request.body);
    const entityRef = parseFullEntityRef(body.entityRef, 'entityRef');
    const { branch, revision } = body;
    if (branch !== undefined) checkBranch(branch);

    const { snapshot, created, viewer } = await audited(
      context.auditor,
      {
        eventId: 'build-start',
        request,
        meta: { entityRef, branch: branch ?? null, revision: revision ?? null },
      },
      async () => {
        // Two questions to two other plugins: asked together, answered sooner.
        const [access, entity] = await Promise.all([
          context.access.of(sender.credentials),
          findEntity(context, sender, entityRef),
        ]);
        requireVerb({ access }, 'create', {
          entityRef,
          ownerRef: ownerOf(entity),
        });
        const entityFacts = requireFacts(context, entity);
        await context.checkSource(entityFacts.repositoryUrl);
        const wanted = branch ?? (revision ? undefined : entityFacts.branch);
        const inserted = await context.store.insertBuild(
          {
            entityRef,
            ownerRef: entityFacts.ownerRef,
            trigger: {
              kind: sender.isService ? 'Api' : 'Manual',
              by: sender.name,
            },
            inputs: {
              repositoryUrl: entityFacts.repositoryUrl,
              branch: wanted,
              revision,
              dockerfile: entityFacts.dockerfile,
              context: entityFacts.context,
              destinations: [entityFacts.image],
              buildArgs: context.buildArgs,
            },
          },
          readIdempotency(request, sender, body),
        );
        const { build } = inserted;
        return {
          result: {
            snapshot: { build, tasks: [], attempts: [] },
            created: inserted.created,
            viewer: access.viewer({
              entityRef,
              ownerRef: entityFacts.ownerRef,
            }),
          },
          meta: { buildId: build.id, created: inserted.created },
        };
      },
    );
    if (created) context.controller.wake(snapshot.build.id);
    response
      .status(created ? 201 : 200)
      .location(`${request.baseUrl}/v1/builds/${snapshot.build.id}`)
      .json(toBuildSummary(snapshot, viewer));
  };
}

function checkBranch(branch: string): void {
  try {
    parseGitRef(branch);
  } catch (error) {
    throw new RequestError(
      'InputError',
      `branch: ${error instanceof Error ? error.message : String(error)}`,
      { code: 'InvalidRef', field: 'branch', cause: error },
    );
  }
}
