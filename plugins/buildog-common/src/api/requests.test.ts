import { listBuildsQuerySchema, startBuildRequestSchema } from './requests';

const sha = 'a'.repeat(40);

describe('startBuildRequestSchema', () => {
  it.each([
    [{ entityRef: 'component:default/x' }],
    [{ entityRef: 'component:default/x', branch: 'main' }],
    [{ entityRef: 'component:default/x', revision: sha }],
  ])('admits %j', body =>
    expect(startBuildRequestSchema.safeParse(body).success).toBe(true),
  );

  it.each([
    ['entityRef', {}],
    ['entityRef', { entityRef: 1 }],
    ['branch', { entityRef: 'component:default/x', branch: {} }],
    ['revision', { entityRef: 'component:default/x', revision: 'main' }],
    [
      'revision',
      { entityRef: 'component:default/x', revision: sha.toUpperCase() },
    ],
    [
      'revision',
      { entityRef: 'component:default/x', revision: sha, branch: 'main' },
    ],
    ['', { entityRef: 'component:default/x', tag: 'latest' }],
    ['', []],
  ])('names %s in %j', (field, body) => {
    const { error } = startBuildRequestSchema.safeParse(body);
    expect(error?.issues.map(i => i.path.join('.'))).toContain(field);
  });
});

describe('listBuildsQuerySchema', () => {
  it('has a default page size and a largest one', () => {
    expect(listBuildsQuerySchema.parse({}).limit).toBe(20);
    expect(listBuildsQuerySchema.safeParse({ limit: '101' }).success).toBe(
      false,
    );
    expect(listBuildsQuerySchema.safeParse({ limit: '1e9' }).success).toBe(
      false,
    );
  });
});
