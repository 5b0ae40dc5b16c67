import { decideBuild } from '../../store/__testUtils__/queueBuild';
import { describeApi } from '../__testUtils__/describeApi';

describeApi('builds', current => {
  const list = async (query = '', as = 'owner') => {
    const { body } = await current.api.get(`/v1/builds${query}`, { as });
    return body.items.map(
      (b: { entityRef: string; number: number }) =>
        `${b.entityRef.split('/')[1]}#${b.number}`,
    );
  };

  it('lists what the caller may see, newest first', async () => {
    const { api } = current;
    await api.start();
    await api.start({ entityRef: 'component:default/other' });
    await api.start({ entityRef: 'component:default/hidden' });
    expect(await list('', 'admin')).toEqual(['hidden#1', 'other#1', 'app#1']);
    // The catalog hides one entity from everybody else.
    expect(await list()).toEqual(['other#1', 'app#1']);
    // A conditional permission becomes a filter.
    expect(await list('', 'private')).toEqual(['app#1']);
    expect(await list('', 'blind')).toEqual([]);
  });

  it('turns pages, and fills them up with what may be seen', async () => {
    const { api } = current;
    for (const name of ['app', 'hidden', 'hidden', 'app', 'hidden', 'app']) {
      await api.start({ entityRef: `component:default/${name}` });
    }
    const first = await api.get('/v1/builds?limit=2');
    expect(first.body.items.map((b: { number: number }) => b.number)).toEqual([
      3, 2,
    ]);
    const { nextCursor } = first.body;
    const second = await api.get(
      `/v1/builds?limit=2&cursor=${encodeURIComponent(nextCursor)}`,
    );
    expect(second.body.items.map((b: { number: number }) => b.number)).toEqual([
      1,
    ]);
    expect(second.body.nextCursor).toBeUndefined();
  });

  it('filters', async () => {
    const { api } = current;
    await api.start({ branch: 'main' });
    await api.start({ branch: 'spike' });
    expect(await list('?branch=spike')).toEqual(['app#2']);
    expect(await list('?phase=Pending&phase=Queued')).toHaveLength(2);
    expect(await list('?phase=Failed')).toEqual([]);
    expect(await list('?trigger=Manual')).toHaveLength(2);
    expect(await list('?entityRef=component:default/app')).toHaveLength(2);
    expect(await list('?entityRef=Component:Default/App')).toHaveLength(2);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=x', 'limit'],
    ['phase=Nope', 'phase.0'],
    ['trigger=Nope', 'trigger.0'],
    ['cursor=nope', 'cursor'],
    ['entityRef=app', 'entityRef'],
    ['sql=1', 'sql'],
    ['branch=a&branch=b', 'branch'],
  ])('refuses the query %s', async (query, field) => {
    const { status, body } = await current.api.get(`/v1/builds?${query}`);
    expect(status).toBe(400);
    expect(body.error.field).toBe(field);
  });

  it('shows a build by id and by number', async () => {
    const { api } = current;
    const id = await api.start({ branch: 'main' });
    const byId = await api.get(`/v1/builds/${id}`);
    expect(byId.body).toMatchObject({
      id,
      events: [{ type: 'Requested' }],
      sourceUrl: 'https://git.example.com/team/app/tree/x',
    });
    const byNumber = await api.get(
      '/v1/entities/component/default/app/builds/1',
    );
    expect(byNumber.body).toEqual(byId.body);
  });

  it.each([
    '/v1/builds/none',
    '/v1/builds/%2e%2e',
    '/v1/entities/component/default/app/builds/9',
    '/v1/entities/component/default/none/builds/1',
  ])('answers 404 for %s', async path => {
    await current.api.start();
    expect((await current.api.get(path)).status).toBe(404);
  });

  it.each(['0', '-1', 'x', '1e3', '99999999999'])(
    'refuses the number %s',
    async number => {
      const { status, body } = await current.api.get(
        `/v1/entities/component/default/app/builds/${number}`,
      );
      expect(status).toBe(400);
      expect(body.error.field).toBe('number');
    },
  );

  it('hides builds one may not see as if they were not there', async () => {
    const { api } = current;
    const hidden = await api.start({ entityRef: 'component:default/hidden' });
    const foreign = await api.start({ entityRef: 'component:default/other' });
    for (const [id, as] of [
      [hidden, 'owner'],
      [foreign, 'private'],
      [hidden, 'blind'],
    ]) {
      const answers = await Promise.all([
        api.get(`/v1/builds/${id}`, { as }),
        api.post(`/v1/builds/${id}/cancel`, { as }),
        api.post(`/v1/builds/${id}/retry`, { as }),
        api.post(`/v1/builds/${id}/rebuild`, { as }),
        api.get(`/v1/builds/${id}/attempts/x/logs`, { as }),
        api.get(`/v1/builds/${id}/attempts/x/steps`, { as }),
        api.get(`/v1/builds/${id}/attempts/x/logs/build`, { as }),
        api.get(`/v1/builds/${id}/attempts/x/logs/build/stream`, { as }),
        api.get(`/v1/builds/${id}/attempts/x/logs/build/download`, { as }),
      ]);
      expect(answers.map(answer => answer.status)).toEqual(Array(9).fill(404));
    }
    expect((await api.store.getBuild(hidden))?.build.cancelRequestedAt).toBe(
      undefined,
    );
  });

  it('shows the place in the queue', async () => {
    const { api } = current;
    const id = await api.start({ branch: 'main', revision: undefined });
    const commit = await api.start({ revision: 'a'.repeat(40) });
    await decideBuild(api.store, commit);
    await api.store.setAdmissionMode('Paused', 'admin');
    const { body } = await api.get(`/v1/builds/${commit}`);
    expect(body).toMatchObject({
      phase: 'Queued',
      queue: { position: 1, why: 'An administrator has paused new builds.' },
    });
    expect((await api.get(`/v1/builds/${id}`)).body.queue).toBeUndefined();
  });
});
