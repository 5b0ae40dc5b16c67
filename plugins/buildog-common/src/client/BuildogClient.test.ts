import { BuildogClient } from './BuildogClient';

function clientAnswering(
  answer: (url: string, init?: RequestInit) => Response,
) {
  const calls: { url: string; init?: RequestInit }[] = [];
  const client = new BuildogClient({
    discoveryApi: { getBaseUrl: async id => `http://portal/api/${id}` },
    fetchApi: {
      fetch: async (input, init) => {
        calls.push({ url: String(input), init });
        return answer(String(input), init);
      },
    },
  });
  return { client, calls };
}

describe('BuildogClient', () => {
  it('addresses an entity by kind, namespace and name', async () => {
    const { client, calls } = clientAnswering(() =>
      Response.json({ branches: [], defaultBranch: 'main' }),
    );
    await client.listBranches('component:default/a b');
    expect(calls[0].url).toBe(
      'http://portal/api/buildog/v1/entities/component/default/a%20b/branches',
    );
  });

  it('repeats list filters as the API wants them', async () => {
    const { client, calls } = clientAnswering(() =>
      Response.json({ items: [] }),
    );
    await client.listBuilds({ phase: ['Failed', 'Canceled'], limit: 5 });
    expect(calls[0].url).toBe(
      'http://portal/api/buildog/v1/builds?phase=Failed&phase=Canceled&limit=5',
    );
  });

  it("gives the controller's own words, code and field", async () => {
    const { client, calls } = clientAnswering(() =>
      Response.json(
        {
          error: {
            name: 'InputError',
            message: 'revision must be a full commit SHA',
            code: 'InvalidRevision',
            field: 'revision',
          },
        },
        { status: 400 },
      ),
    );
    await expect(
      client.startBuild(
        { entityRef: 'component:default/x', revision: 'abc' },
        { idempotencyKey: 'k-1' },
      ),
    ).rejects.toMatchObject({
      name: 'InputError',
      status: 400,
      code: 'InvalidRevision',
      field: 'revision',
    });
    expect(new Headers(calls[0].init?.headers).get('idempotency-key')).toBe(
      'k-1',
    );
  });

  it('falls back to the status where a proxy answered', async () => {
    const { client } = clientAnswering(
      () => new Response('<html>', { status: 502, statusText: 'Bad Gateway' }),
    );
    await expect(client.getBuild('x')).rejects.toThrow(/502/);
  });

  it('refuses an answer of another shape', async () => {
    const { client } = clientAnswering(() => Response.json({ nonsense: true }));
    await expect(client.getBuild('x')).rejects.toThrow();
  });

  it('reads a range with its size and end', async () => {
    const { client, calls } = clientAnswering(
      () =>
        new Response('abc', {
          headers: { 'x-log-size': '10', 'x-log-complete': 'true' },
        }),
    );
    const range = await client.readLog({
      buildId: 'b',
      attemptId: 'a',
      container: 'build',
      offset: 7,
      limit: 9e9,
    });
    expect(range).toEqual({
      bytes: new TextEncoder().encode('abc'),
      size: 10,
      complete: true,
    });
    expect(calls[0].url).toContain('/logs/build?offset=7&limit=1048576');
  });
});
