import { describeApi } from '../__testUtils__/describeApi';

const SHA = 'b81d04c7'.padEnd(40, '0');
const APP = 'component:default/app';

describeApi('POST /v1/builds', current => {
  const post = (body: unknown, call: object = {}) =>
    current.api.post('/v1/builds', { body, ...call });

  it('starts a build of what the catalog says', async () => {
    const { api } = current;
    const { status, body, headers } = await post({ entityRef: APP });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      number: 1,
      entityRef: APP,
      ownerRef: 'group:default/owners',
      phase: 'Pending',
      trigger: { kind: 'Manual', by: 'user:default/owner' },
      image: 'registry.example.com/default/app',
      allowed: { cancel: true, retry: false, readLog: true },
    });
    expect(headers.location).toContain(`/v1/builds/${body.id}`);
    expect(api.controller.wake).toHaveBeenCalledWith(body.id);
    expect(api.audit).toEqual([
      { eventId: 'build-start', outcome: 'succeeded' },
    ]);
    const snapshot = await api.store.getBuild(body.id);
    expect(snapshot?.build.inputs).toMatchObject({
      repositoryUrl: 'https://git.example.com/team/app.git',
      dockerfile: 'Dockerfile',
      context: '.',
      destinations: ['registry.example.com/default/app'],
      buildArgs: { COLOUR: 'blue' },
    });
  });

  it('takes a branch, or a revision', async () => {
    const { body: ofBranch } = await post({
      entityRef: APP,
      branch: 'spike/x',
    });
    expect(ofBranch.branch).toBe('spike/x');
    const { body: ofCommit } = await post({ entityRef: APP, revision: SHA });
    expect(ofCommit.source).toMatchObject({ type: 'git', revision: SHA });
  });

  it('recognises a repeated request by its key', async () => {
    const headers = { 'idempotency-key': 'press-1' };
    const first = await post({ entityRef: APP }, { headers });
    const second = await post({ entityRef: APP }, { headers });
    expect(second.status).toBe(200);
    expect(second.body.id).toBe(first.body.id);
    const other = await post({ entityRef: APP, branch: 'x' }, { headers });
    expect(other.status).toBe(422);
    expect(other.body.error).toMatchObject({
      code: 'IdempotencyKeyReused',
      field: 'Idempotency-Key',
    });
    // Keys of different people never meet.
    const admin = await post({ entityRef: APP }, { headers, as: 'admin' });
    expect(admin.status).toBe(201);
  });

  describe.each<[string, unknown, string]>([
    ['nothing', undefined, 'entityRef'],
    ['an array', [], 'body'],
    ['no entity', {}, 'entityRef'],
    ['a number as entity', { entityRef: 5 }, 'entityRef'],
    ['an object as entity', { entityRef: { kind: 'x' } }, 'entityRef'],
    ['null as entity', { entityRef: null }, 'entityRef'],
    ['half an entity ref', { entityRef: 'app' }, 'entityRef'],
    ['a path as entity', { entityRef: 'component:../app' }, 'entityRef'],
    ['a long entity ref', { entityRef: 'c:d/'.padEnd(501, 'x') }, 'entityRef'],
    ['a NUL in it', { entityRef: 'component:default/a\0' }, 'entityRef'],
    ['a number as branch', { entityRef: APP, branch: 1 }, 'branch'],
    ['an empty branch', { entityRef: APP, branch: '' }, 'branch'],
    [
      'an option as branch',
      { entityRef: APP, branch: '--upload-pack=x' },
      'branch',
    ],
    ['dots in a branch', { entityRef: APP, branch: 'a..b' }, 'branch'],
    ['a line feed', { entityRef: APP, branch: 'a\nb' }, 'branch'],
    ['a short SHA', { entityRef: APP, revision: 'abcdef0' }, 'revision'],
    [
      'upper-case SHA',
      { entityRef: APP, revision: 'A'.repeat(40) },
      'revision',
    ],
    ['a list as revision', { entityRef: APP, revision: [SHA] }, 'revision'],
    ['both', { entityRef: APP, branch: 'main', revision: SHA }, 'revision'],
    [
      'an unknown field',
      { entityRef: APP, destination: 'evil' },
      'destination',
    ],
    [
      'a prototype',
      JSON.parse(`{"entityRef":"${APP}","__proto__":{}}`),
      '__proto__',
    ],
  ])('given %s', (_name, body, field) => {
    it('answers 400 with the field and leaves nothing behind', async () => {
      const { status, body: answer } = await post(body);
      expect(status).toBe(400);
      expect(answer.error).toMatchObject({ name: 'InputError', field });
      expect(answer.error.message).not.toBe('');
      expect(await current.api.countBuilds()).toBe(0);
    });
  });

  it.each([
    ['no token', 'nobody', APP, 401, 'NotAuthenticated'],
    ['another team', 'stranger', APP, 403, 'NotAllowed'],
    [
      'an unknown entity',
      'owner',
      'component:default/none',
      404,
      'EntityNotFound',
    ],
    [
      'an entity one may not see',
      'owner',
      'component:default/hidden',
      404,
      'EntityNotFound',
    ],
    [
      'one that is not enabled',
      'owner',
      'component:default/not-enabled',
      422,
      'NotEnabled',
    ],
    [
      'a host that is not allowed',
      'owner',
      'component:default/elsewhere',
      422,
      'SourceHostNotAllowed',
    ],
  ])(
    'refuses %s and leaves nothing behind',
    async (_name, as, entityRef, expected, code) => {
      const { status, body } = await post({ entityRef }, { as });
      expect(status).toBe(expected);
      expect(body.error?.code).toBe(code);
      expect(await current.api.countBuilds()).toBe(0);
      expect(current.api.controller.wake).not.toHaveBeenCalled();
    },
  );

  it('says whom to ask, and audits the refusal', async () => {
    const { body } = await post({ entityRef: APP }, { as: 'stranger' });
    expect(body.error.message).toBe(
      'You may see these builds, not start them. Ask owners.',
    );
    expect(current.api.audit).toEqual([
      { eventId: 'build-start', outcome: 'failed' },
    ]);
  });

  it.each([
    ['no JSON', '{"entityRef":', 400, 'application/json'],
    [
      'a huge body',
      JSON.stringify({ x: 'y'.repeat(20_000) }),
      413,
      'application/json',
    ],
    ['another type', 'entityRef=component:default/app', 415, 'text/plain'],
  ])('refuses %s', async (_name, text, expected, type) => {
    const { status, body } = await post(text, {
      headers: { 'content-type': type },
    });
    expect(status).toBe(expected);
    expect(body.error.field).toBe('body');
    expect(await current.api.countBuilds()).toBe(0);
  });

  it.each(['x'.repeat(256), 'white space', ''])(
    'refuses the key %j',
    async key => {
      const { status, body } = await post(
        { entityRef: APP },
        { headers: { 'idempotency-key': key } },
      );
      expect(status).toBe(400);
      expect(body.error.field).toBe('Idempotency-Key');
      expect(await current.api.countBuilds()).toBe(0);
    },
  );

  it('takes nothing while the controller drains', async () => {
    await current.api.store.setAdmissionMode('Draining', 'admin');
    const { status, headers } = await post({ entityRef: APP });
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('5');
    expect(await current.api.countBuilds()).toBe(0);
  });
});
