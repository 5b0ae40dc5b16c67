import { listBuildsQuerySchema } from '@buildog/plugin-buildog-common';
import type { RequestHandler } from 'express';
import type { BuildSnapshot } from '../../domain/BuildSnapshot';
import { toBuildSummary } from '../../domain/view/toBuildSummary';
import type { ListBuildsOptions } from '../../store/BuildStore';
import { identifyCaller } from '../Caller';
import type { Caller } from '../Caller';
import type { HttpContext } from '../HttpContext';
import { parseFullEntityRef, parseInput } from '../parseInput';
import { toResource } from './findBuild';
import { findEntity } from './findEntity';

/** Pages that one request may look through for builds the caller may see. */
const MAX_PAGES = 10;

/** `GET /v1/builds`: newest first, only what the caller may see. */
export function listBuilds(context: HttpContext): RequestHandler {
  return async (request, response) => {
    const caller = await identifyCaller(context, request);
    const { entityRef, ...query } = parseInput(
      listBuildsQuerySchema,
      withLists(request.query),
    );
    const filter = caller.access.readFilter();
    const ref = entityRef && parseFullEntityRef(entityRef, 'entityRef');
    if (ref) await findEntity(context, caller, ref);
    if (filter === 'nothing') {
      response.json({ items: [] });
      return;
    }
    const { items, nextCursor } = await readablePage(context, caller, {
      ...query,
      limit: query.limit ?? 20,
      entityRef: ref,
      ...(filter !== 'everything' && { filter }),
    });
    response.json({
      items: items.map(snapshot =>
        toBuildSummary(snapshot, caller.access.viewer(toResource(snapshot))),
      ),
      nextCursor,
    });
  };
}

/**
 * A page without builds of entities that the caller may not read: only the
 * catalog knows those, so they are left out here and the page filled up.
 */
async function readablePage(
  context: HttpContext,
  caller: Caller,
  options: ListBuildsOptions,
): Promise<{ items: BuildSnapshot[]; nextCursor?: string }> {
  const items: BuildSnapshot[] = [];
  let { cursor } = options;
  for (let page = 0; page < MAX_PAGES; page++) {
    const found = await context.store.listBuilds({
      ...options,
      cursor,
      limit: options.limit - items.length,
    });
    const readable = options.entityRef
      ? undefined
      : await readableEntities(context, caller, found.items);
    items.push(
      ...found.items.filter(
        ({ build }) => !readable || readable.has(build.entityRef),
      ),
    );
    cursor = found.nextCursor;
    if (!cursor || items.length >= options.limit) break;
  }
  return { items, nextCursor: cursor };
}

async function readableEntities(
  { catalog }: HttpContext,
  { credentials }: Caller,
  snapshots: BuildSnapshot[],
): Promise<Set<string>> {
  const refs = [...new Set(snapshots.map(({ build }) => build.entityRef))];
  if (refs.length === 0) return new Set();
  const { items } = await catalog.getEntitiesByRefs(
    { entityRefs: refs, fields: ['kind', 'metadata.name'] },
    { credentials },
  );
  return new Set(refs.filter((_, index) => items[index] !== undefined));
}

/** `phase=A&phase=B` and `phase=A` both become lists. */
function withLists(query: Record<string, unknown>): Record<string, unknown> {
  const list = (value: unknown) =>
    value === undefined || Array.isArray(value) ? value : [value];
  return {
    ...query,
    phase: list(query.phase),
    trigger: list(query.trigger),
  };
}
