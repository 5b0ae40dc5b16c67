import type { RequestHandler } from 'express';
import { identifyCaller } from '../Caller';
import { requireVerb } from '../builds/findBuild';
import { findEntity, ownerOf, requireFacts } from '../builds/findEntity';
import type { HttpContext } from '../HttpContext';
import { parseFullEntityRef } from '../parseInput';

/** Longest time a git server may take. */
const TIMEOUT_MS = 20_000;

/**
 * `GET /v1/entities/{kind}/{namespace}/{name}/branches`. It reads the
 * repository with the portal's credential, so it needs permission to build.
 */
export function listBranches(context: HttpContext): RequestHandler {
  return async (request, response) => {
    const caller = await identifyCaller(context, request);
    const { kind, namespace, name } = request.params;
    const entityRef = parseFullEntityRef(
      `${kind}:${namespace}/${name}`,
      'entityRef',
    );
    const entity = await findEntity(context, caller, entityRef);
    requireVerb(caller, 'create', { entityRef, ownerRef: ownerOf(entity) });
    const { repositoryUrl, branch } = requireFacts(context, entity);
    await context.checkSource(repositoryUrl);
    const { defaultBranch, branches } = await context.listBranches(
      repositoryUrl,
      AbortSignal.timeout(TIMEOUT_MS),
    );
    response.json({ defaultBranch: branch ?? defaultBranch, branches });
  };
}
