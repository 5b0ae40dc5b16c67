import { describeLogStoreContract } from '@buildog/plugin-buildog-node/testing';
import { S3LogStore } from './S3LogStore';
import { startObjectServer, type ObjectServer } from './testing/objectServer';

jest.setTimeout(60_000);

let server: ObjectServer;
beforeAll(async () => {
  server = await startObjectServer();
});
afterAll(() => server?.stop());

describeLogStoreContract('S3LogStore', () => ({
  open: caps => new S3LogStore({ ...server.options, caps }),
}));

describe('S3LogStore', () => {
  const key = { buildId: 'merged', attemptId: 'a', container: 'build' };

  it('puts the objects of a finished log together', async () => {
    const store = new S3LogStore(server.options);
    let size = 0;
    for (let count = 0; count < 20; count++) {
      const bytes = Buffer.from(`line ${count}\n`);
      ({ size } = await store.append(key, size, bytes));
    }
    const before = await server.countObjects('buildog-logs/logs/merged/');
    await store.complete(key);
    const after = await server.countObjects('buildog-logs/logs/merged/');
    expect(before).toBe(21); // 20 pieces and when it began
    expect(after).toBe(3); // one piece, the manifest and when it began
  });

  it('calls a server that is away unavailable, and names no key', async () => {
    const store = new S3LogStore({
      ...server.options,
      endpoint: 'http://127.0.0.1:9',
    });
    const failure = await store.stat(key).catch(error => error);
    expect(failure).toMatchObject({ code: 'Unavailable', retryable: true });
    expect(JSON.stringify(failure.message)).not.toContain(
      server.options.credentials.secretAccessKey,
    );
  });
});
