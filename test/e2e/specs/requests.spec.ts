import { builders } from '../support/builders.ts';
import { BuildogClient } from '../support/BuildogClient.ts';
import { expect, test } from '../support/fixtures.ts';

const [scheduler] = builders();
const entityRef = 'component:default/gate';

const BAD: { what: string; body: unknown; status: number; field?: string }[] = [
  {
    what: 'an unknown entity',
    body: { entityRef: 'component:default/none' },
    status: 404,
    field: 'entityRef',
  },
  {
    what: 'an entity ref of the wrong type',
    body: { entityRef: 7 },
    status: 400,
    field: 'entityRef',
  },
  { what: 'no entity ref', body: {}, status: 400, field: 'entityRef' },
  {
    what: 'a branch of the wrong type',
    body: { entityRef, branch: ['main'] },
    status: 400,
    field: 'branch',
  },
  {
    what: 'a branch that git could read as an option',
    body: { entityRef, branch: '--upload-pack=id' },
    status: 400,
    field: 'branch',
  },
  {
    what: 'a revision that is no commit id',
    body: { entityRef, revision: 'main' },
    status: 400,
    field: 'revision',
  },
  {
    what: 'a branch and a revision',
    body: { entityRef, branch: 'main', revision: 'a'.repeat(40) },
    status: 400,
    field: 'revision',
  },
  {
    what: 'a field that does not exist',
    body: { entityRef, tag: 'latest' },
    status: 400,
  },
  { what: 'a list', body: [], status: 400 },
  { what: 'a text', body: '"hello"', status: 400 },
  { what: 'broken JSON', body: '{', status: 400 },
  {
    what: 'a huge body',
    body: { entityRef, branch: 'x'.repeat(2_000_000) },
    status: 413,
  },
];

test.describe('a bad request', () => {
  for (const { what, body, status, field } of BAD) {
    test(`with ${what} is answered ${status} and leaves nothing behind`, async ({
      demo,
      openPortal,
    }) => {
      await demo.pushFixture('gate');
      const portal = await openPortal({ scheduler });
      const client = await portal.client();
      const before = await client.request('GET', 'builds?limit=100');
      const answer = await client.request('POST', 'builds', body);
      expect(answer.status, JSON.stringify(answer.body)).toBe(status);
      if (status !== 413) {
        expect(answer.body.error.message).toMatch(/\w{3,}/);
      }
      if (field) expect(answer.body.error.field).toBe(field);
      const after = await client.request('GET', 'builds?limit=100');
      expect(after.body.items.length).toBe(before.body.items.length);
    });
  }

  test('without a token is answered 401 on every route', async ({
    openPortal,
  }) => {
    const portal = await openPortal({ scheduler });
    const nobody = new BuildogClient(portal.baseUrl);
    for (const [method, path] of [
      ['GET', 'builds'],
      ['POST', 'builds'],
      ['GET', 'builds/x'],
      ['POST', 'builds/x/cancel'],
      ['POST', 'builds/x/retry'],
      ['POST', 'builds/x/rebuild'],
      ['GET', 'entities/component/default/gate'],
      ['GET', 'entities/component/default/gate/branches'],
      ['GET', 'builds/x/attempts/y/logs'],
      ['GET', 'builds/x/attempts/y/logs/build'],
      ['GET', 'builds/x/attempts/y/logs/build/stream'],
      ['GET', 'builds/x/attempts/y/steps'],
    ]) {
      const answer = await nobody.request(
        method,
        path,
        method === 'POST' ? {} : undefined,
      );
      expect(answer.status, `${method} ${path}`).toBe(401);
    }
  });

  test('for a component of another team is refused', async ({ openPortal }) => {
    const portal = await openPortal({ scheduler });
    const client = await portal.client();
    const answer = await client.request('POST', 'builds', {
      entityRef: 'component:default/foreign',
    });
    expect(answer.status).toBe(403);
  });
});
