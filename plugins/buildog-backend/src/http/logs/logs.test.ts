import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { mockCredentials } from '@backstage/backend-test-utils';
import type { LogStreamEvent } from '@buildog/plugin-buildog-common';
import { BuildogClient } from '@buildog/plugin-buildog-common';
import { describeApi } from '../__testUtils__/describeApi';
import { runBuild } from '../__testUtils__/runBuild';

const LOG = '2026-11-21T10:00:00.1Z one\n2026-11-21T10:00:01.2Z two words\n';

describeApi('logs', current => {
  let buildId = '';
  let attemptId = '';
  const base = () => `/v1/builds/${buildId}/attempts/${attemptId}`;
  const key = () => ({ buildId, attemptId, container: 'build' });
  const append = async (text: string) => {
    const { store } = current.api.hub;
    const size = (await store.stat(key()))?.size ?? 0;
    await store.append(key(), size, Buffer.from(text));
  };

  beforeEach(async () => {
    buildId = await current.api.start({ revision: 'a'.repeat(40) });
    attemptId = await runBuild(current.api.store, buildId);
  });

  it('lists them', async () => {
    await append(LOG);
    const { body } = await current.api.get(`${base()}/logs`);
    expect(body.streams).toEqual([
      {
        container: 'build',
        size: LOG.length,
        complete: false,
        truncated: false,
        purged: false,
      },
    ]);
  });

  it('reads ranges by byte', async () => {
    await append(LOG);
    const { body, headers } = await current.api.get(
      `${base()}/logs/build?offset=23&limit=4`,
    );
    expect(body.toString()).toBe('one\n');
    expect(headers).toMatchObject({
      'x-log-size': String(LOG.length),
      'x-log-complete': 'false',
    });
    const end = await current.api.get(`${base()}/logs/build?offset=9999`);
    expect(end.body).toHaveLength(0);
    await current.api.hub.store.complete(key());
    const done = await current.api.get(`${base()}/logs/build`);
    expect(done.headers['x-log-complete']).toBe('true');
  });

  it.each([
    'offset=-1',
    'offset=x',
    'limit=0',
    'limit=1048577',
    'offset=1&offset=2',
  ])('refuses the range %s', async query => {
    const { status, body } = await current.api.get(
      `${base()}/logs/build?${query}`,
    );
    expect(status).toBe(400);
    expect(body.error.field).toBe(query.split('=')[0]);
  });

  it('downloads with and without timestamps', async () => {
    await append(LOG);
    const whole = await current.api.get(`${base()}/logs/build/download`);
    expect(whole.text).toBe(LOG);
    expect(whole.headers['content-disposition']).toContain('attachment');
    const bare = await current.api.get(
      `${base()}/logs/build/download?timestamps=false`,
    );
    expect(bare.text).toBe('one\ntwo words\n');
    const wrong = await current.api.get(
      `${base()}/logs/build/download?timestamps=1`,
    );
    expect(wrong.status).toBe(400);
    await current.api.hub.store.purge(buildId);
    const purged = await current.api.get(`${base()}/logs/build/download`);
    expect(purged.body.error.code).toBe('LogPurged');
  });

  it('lists steps', async () => {
    const step = { number: 1, instruction: 'FROM x', state: 'Done' as const };
    current.api.controller.listSteps.mockResolvedValue([step]);
    const { body } = await current.api.get(`${base()}/steps`);
    expect(body.steps).toEqual([step]);
  });

  it.each([
    ['logs', 'stranger', 403],
    ['logs', 'nobody', 401],
    ['steps', 'stranger', 403],
    ['logs/build', 'stranger', 403],
    ['logs/build/stream', 'stranger', 403],
    ['logs/build/download', 'stranger', 403],
    ['logs/Not..A-Name', 'owner', 404],
    ['logs/none/download', 'owner', 404],
  ])('answers %s for %s with %d', async (path, as, expected) => {
    const { status } = await current.api.get(`${base()}/${path}`, { as });
    expect(status).toBe(expected);
  });

  it('knows no attempt of another build', async () => {
    const other = await current.api.start();
    const { status } = await current.api.get(
      `/v1/builds/${other}/attempts/${attemptId}/logs/build`,
    );
    expect(status).toBe(404);
  });

  describe('live', () => {
    const listen = async (
      use: (client: BuildogClient, url: string) => Promise<void>,
    ) => {
      const server = current.api.app.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const authorization = mockCredentials.user.header('user:default/owner');
      const client = new BuildogClient({
        discoveryApi: { getBaseUrl: async () => url },
        fetchApi: {
          fetch: (input, init) =>
            fetch(input, {
              ...init,
              headers: { ...init?.headers, authorization },
            }),
        },
      });
      try {
        await use(client, url);
      } finally {
        server.closeAllConnections();
        server.close();
      }
    };
    const textOf = (events: LogStreamEvent[]) =>
      Buffer.concat(
        events.flatMap(e => (e.type === 'chunk' ? [e.bytes] : [])),
      ).toString();

    it('sends what there is, what comes, and the end', async () => {
      await append('first ');
      await listen(async client => {
        const events: LogStreamEvent[] = [];
        for await (const event of client.streamLog(key())) {
          events.push(event);
          if (textOf(events) === 'first ') await append('second');
          if (textOf(events) === 'first second') {
            await current.api.hub.store.complete(key());
          }
        }
        expect(events.at(-1)).toEqual({
          type: 'complete',
          size: 12,
          truncated: false,
        });
      });
    });

    it('goes on from an offset or the last event', async () => {
      await append('0123456789');
      await current.api.hub.store.complete(key());
      const at = (query: string, headers = {}) =>
        current.api
          .get(`${base()}/logs/build/stream${query}`, { headers })
          .then(answer => answer.text);
      expect(await at('?offset=8')).toContain(
        `data: {"offset":8,"bytes":"${btoa('89')}"}`,
      );
      // The header is what a browser sends after a break; it is newer.
      expect(await at('?offset=2', { 'last-event-id': '9' })).toContain(
        `id: 10\ndata: {"offset":9,"bytes":"${btoa('9')}"}`,
      );
      expect(await at('?offset=10')).toContain('event: complete');
    });

    it('ends with the token of the caller', async () => {
      await append('x');
      const { httpAuth } = current.api.context;
      const soon = new Date(Date.now() + 200);
      current.api.context.httpAuth = {
        issueUserCookie: httpAuth.issueUserCookie.bind(httpAuth),
        credentials: async (request, options) => ({
          ...(await httpAuth.credentials(request, options)),
          expiresAt: soon,
        }),
      };
      const { text } = await current.api.get(`${base()}/logs/build/stream`);
      expect(text).toContain('event: chunk');
      expect(text).not.toContain('event: complete');
    });

    it('ends when the backend stops', async () => {
      await append('x');
      const reading = current.api.get(`${base()}/logs/build/stream`);
      setTimeout(() => current.api.stopping.abort(), 100);
      const { text } = await reading;
      expect(text).toContain('event: chunk');
      expect(text).not.toContain('event: complete');
    });

    it('lets go of the log when the reader leaves', async () => {
      await listen(async (_client, url) => {
        const leaving = new AbortController();
        const follow = jest.spyOn(current.api.hub, 'follow');
        const response = await fetch(`${url}${base()}/logs/build/stream`, {
          signal: leaving.signal,
          headers: {
            authorization: mockCredentials.user.header('user:default/owner'),
          },
        });
        expect(response.headers.get('cache-control')).toContain('no-transform');
        const { signal } = follow.mock.calls[0][2];
        const left = once(signal, 'abort');
        leaving.abort();
        await left;
        expect(signal.aborted).toBe(true);
      });
    });
  });
});
