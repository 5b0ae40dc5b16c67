import { LogStoreError } from '@buildog/plugin-buildog-node';
import { MemoryLogStore } from '@buildog/plugin-buildog-node/testing';
import { hashIngestToken, mintIngestToken } from './ingestToken';
import { LogIngest, type IngestChunk } from './LogIngest';

const { token, hash } = mintIngestToken();
const key = { buildId: 'b', attemptId: 'a', container: 'build' };

function setUp(store = new MemoryLogStore()) {
  const authorize = jest.fn(async (attemptId: string, tokenHash: string) =>
    attemptId === 'a' && tokenHash === hash ? { buildId: 'b' } : undefined,
  );
  let now = 1_000_000;
  const ingest = new LogIngest({
    store,
    authorize,
    clock: () => new Date(now),
  });
  const send = (change: Partial<IngestChunk> = {}) =>
    ingest.append({
      attemptId: 'a',
      container: 'build',
      token,
      offset: 0,
      bytes: Buffer.from('one\n'),
      final: false,
      ...change,
    });
  const pass = (milliseconds: number) => {
    now += milliseconds;
  };
  return { store, authorize, ingest, send, pass };
}

describe('LogIngest', () => {
  it('takes chunks in order, and ends with the final one', async () => {
    const { store, send } = setUp();
    expect(await send()).toEqual({ status: 200, body: { next: 4 } });
    expect(await send({ offset: 4, final: true })).toEqual({
      status: 200,
      body: { next: 8 },
    });
    expect(await store.stat(key)).toMatchObject({ size: 8, complete: true });
  });

  it.each([
    ['a repeated chunk', 0],
    ['a chunk that overlaps', 2],
    ['a chunk too far', 9],
  ])(
    'answers %s with where to go on, and stores nothing',
    async (_, offset) => {
      const { store, send } = setUp();
      await send();
      expect(await send({ offset })).toEqual({
        status: 409,
        body: { next: 4 },
      });
      expect((await store.stat(key))?.size).toBe(4);
    },
  );

  it('wants no more of a full log', async () => {
    const { store, send } = setUp(
      new MemoryLogStore({ streamBytes: 200, buildBytes: 1_000 }),
    );
    const reply = await send({ bytes: Buffer.alloc(500, 'x\n') });
    expect(reply).toMatchObject({ status: 413, body: { full: true } });
    expect(await store.stat(key)).toMatchObject({
      truncated: true,
      complete: true,
    });
  });

  it.each([
    ['another token', { token: mintIngestToken().token }],
    ['no token', { token: '' }],
    ['another attempt’s token', { attemptId: 'other' }],
  ])('refuses %s', async (_, change) => {
    const { store, send } = setUp();
    expect(await send(change)).toMatchObject({ status: 401 });
    expect(await store.listBuilds({ limit: 10 })).toEqual([]);
  });

  it.each([
    ['a container that is a path', { container: '../x' }],
    ['a container of the wrong letters', { container: 'Build' }],
    ['a negative offset', { offset: -1 }],
    ['half an offset', { offset: 0.5 }],
    ['no number', { offset: NaN }],
    [
      'a chunk beyond the limit',
      { bytes: Buffer.alloc(LogIngest.chunkLimitBytes + 1) },
    ],
  ])('refuses %s and says why', async (_, change) => {
    const { store, send } = setUp();
    expect(await send(change)).toMatchObject({
      status: 400,
      body: { error: expect.any(String) },
    });
    expect(await store.listBuilds({ limit: 10 })).toEqual([]);
  });

  it('lets one attempt have no more logs than a job has containers', async () => {
    const { send } = setUp();
    for (let count = 0; count < 32; count++) {
      expect((await send({ container: `c${count}` })).status).toBe(200);
    }
    expect((await send({ container: 'one-more' })).status).toBe(400);
    expect((await send({ container: 'c5', offset: 4 })).status).toBe(200);
  });

  it('asks to come again while the store is away, and says nothing of it', async () => {
    const { store, send } = setUp();
    jest
      .spyOn(store, 'append')
      .mockRejectedValue(new LogStoreError('Unavailable', 'secret place'));
    const reply = await send();
    expect(reply.status).toBe(503);
    expect(JSON.stringify(reply)).not.toContain('secret place');
  });

  it('asks for a grant once in five seconds, and never trusts it longer', async () => {
    const { authorize, send, pass } = setUp();
    await send();
    await send({ offset: 4 });
    expect(authorize).toHaveBeenCalledTimes(1);
    expect(authorize).toHaveBeenCalledWith('a', hash);
    pass(5_001);
    authorize.mockResolvedValue(undefined);
    expect((await send({ offset: 8 })).status).toBe(401);
  });

  it('remembers when a sidecar was heard of', async () => {
    const { ingest, pass } = setUp();
    expect(ingest.lastHeard('a')).toBeUndefined();
    const beat = { attemptId: 'a', token };
    expect(await ingest.heartbeat(beat)).toEqual({
      status: 204,
      body: undefined,
    });
    pass(10);
    await ingest.heartbeat({ ...beat, token: 'wrong' });
    expect(ingest.lastHeard('a')?.getTime()).toBe(1_000_000);
    ingest.forget('a');
    expect(ingest.lastHeard('a')).toBeUndefined();
  });
});

describe('an ingest token', () => {
  it('is long and random, and known by its hash alone', () => {
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(mintIngestToken().token).not.toBe(token);
    expect(hashIngestToken(token)).toBe(hash);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });
});
