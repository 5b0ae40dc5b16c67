import { hashIngestToken } from '../../logs/ingestToken';
import { describeApi } from '../__testUtils__/describeApi';
import { runBuild } from '../__testUtils__/runBuild';

const TOKEN = 'ingest-token-of-this-attempt';

describeApi('ingest', current => {
  let buildId = '';
  let attemptId = '';

  beforeEach(async () => {
    const { api } = current;
    buildId = await api.start({ revision: 'a'.repeat(40) });
    attemptId = await runBuild(api.store, buildId);
    const until = new Date(Date.now() + 60_000);
    await api.store.addIngestToken(attemptId, hashIngestToken(TOKEN), until);
  });

  const send = (
    path: string,
    { token = TOKEN, body = '', headers = {} } = {},
  ) =>
    current.api.post(`/v1/ingest/${attemptId}/${path}`, {
      as: 'nobody',
      body: body || undefined,
      headers: {
        'content-type': 'application/octet-stream',
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
    });

  it('takes pieces in order, each once, and the end', async () => {
    const first = await send('build?offset=0', { body: 'abc' });
    expect(first.body).toEqual({ next: 3 });
    const again = await send('build?offset=0', { body: 'abc' });
    expect(again.status).toBe(409);
    expect(again.body).toEqual({ next: 3 });
    const last = await send('build?offset=3&complete=true', { body: 'd' });
    expect(last.body).toEqual({ next: 4 });
    const key = { buildId, attemptId, container: 'build' };
    const { store } = current.api.hub;
    expect(Buffer.from(await store.read(key, 0, 10)).toString()).toBe('abcd');
    expect(await store.stat(key)).toMatchObject({ complete: true, size: 4 });
  });

  it('hears heartbeats', async () => {
    expect((await send('heartbeat')).status).toBe(204);
    expect((await send('heartbeat', { token: 'other' })).status).toBe(401);
    expect((await send('heartbeat', { token: '' })).status).toBe(401);
  });

  it.each([
    ['no token', 'build?offset=0', { token: '' }, 401],
    ['another token', 'build?offset=0', { token: 'x' }, 401],
    ['no offset', 'build', {}, 400],
    ['a negative offset', 'build?offset=-1', {}, 400],
    ['two offsets', 'build?offset=0&offset=0', {}, 400],
    ['a bad container', 'Build..?offset=0', {}, 400],
    [
      'compression',
      'build?offset=0',
      { headers: { 'content-encoding': 'gzip' } },
      415,
    ],
  ])('refuses %s', async (_name, path, options, expected) => {
    const { status } = await send(path, { body: 'x', ...options });
    expect(status).toBe(expected);
    expect(await current.api.hub.store.list({ buildId, attemptId })).toEqual(
      [],
    );
  });

  it('refuses the token for another attempt, and after its time', async () => {
    const { api } = current;
    const other = await api.post('/v1/ingest/other/build?offset=0', {
      as: 'nobody',
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    expect(other.status).toBe(401);
    await api.store.addIngestToken(
      attemptId,
      hashIngestToken('old'),
      new Date(Date.now() - 1),
    );
    expect((await send('build?offset=0', { token: 'old' })).status).toBe(401);
  });

  it('reads no more than the limit', async () => {
    const { status, body } = await send('build?offset=0', {
      body: 'x'.repeat(1024 * 1024 + 1),
    });
    expect(status).toBe(400);
    expect(body.error).toBe('the chunk is too large');
  });
});
