import type { Router } from 'express';
import { createRouter } from './createRouter';
import { describeApi } from './__testUtils__/describeApi';
import { OpenApi } from './__testUtils__/OpenApi';

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
}

function routesOf(router: Router): string[] {
  return (router.stack as unknown as Layer[]).flatMap(({ route }) =>
    route
      ? Object.keys(route.methods)
          .filter(method => route.methods[method])
          .map(
            method =>
              `${method.toUpperCase()} ${route.path.replace(
                /:([A-Za-z]+)/g,
                '{$1}',
              )}`,
          )
      : [],
  );
}

describeApi('openapi.yaml', current => {
  const openApi = OpenApi.load();

  it('describes every route and no other', () => {
    const routes = routesOf(createRouter(current.api.context));
    expect(routes.length).toBeGreaterThan(15);
    expect(openApi.operations().sort()).toEqual(routes.sort());
  });

  it('gives each operation an id of its own', () => {
    const ids = openApi.operationIds();
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(openApi.operations().length);
  });

  it('notices an answer of another shape', () => {
    const answer = { status: 200, type: 'application/json' };
    expect(
      openApi.problems('GET', '/v1/builds', { ...answer, body: { items: 1 } }),
    ).toEqual(['GET /v1/builds /items: must be array']);
    expect(
      openApi.problems('GET', '/v1/builds', {
        ...answer,
        body: { items: [], more: 1 },
      }),
    ).not.toEqual([]);
    expect(
      openApi.problems('GET', '/v1/builds', {
        ...answer,
        status: 418,
        body: {},
      }),
    ).toEqual(['GET /v1/builds does not know the status 418']);
    expect(
      openApi.problems('GET', '/v1/health', {
        ...answer,
        type: 'text/html',
        body: {},
      }),
    ).toEqual(['GET /v1/health does not answer text/html']);
  });
});
