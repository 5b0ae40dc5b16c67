import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeApiServer, refuse } from '../testing/FakeApiServer';
import { connectInCluster } from './connectInCluster';
import { openConnection } from './ClusterConnection';
import { KubernetesClient } from './KubernetesClient';

describe('KubernetesClient', () => {
  let server: FakeApiServer;
  let client: KubernetesClient;

  beforeEach(async () => {
    server = await new FakeApiServer(() => ({ ok: true })).start();
    client = await server.client();
  });
  afterEach(async () => {
    client.close();
    await server.stop();
  });

  it('sends method, query and body, and its token in the header only', async () => {
    await client.request({
      method: 'POST',
      path: '/api/x',
      query: { limit: 5, watch: true, none: undefined },
      body: { a: 'ä' },
    });
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      path: '/api/x',
      body: { a: 'ä' },
      authorization: 'Bearer secret-t',
    });
    expect(server.requests[0].query.toString()).toBe('limit=5&watch=true');
  });

  it('keeps its connection', async () => {
    for (let count = 0; count < 5; count++) {
      await client.request({ path: '/version' });
    }
    expect(server.connections).toBe(1);
  });

  it('sends again when the server has closed a kept connection', async () => {
    await client.request({ path: '/version' });
    server.handler = (_, response) => {
      server.handler = () => ({ second: true });
      response.socket?.resetAndDestroy();
    };
    expect(await client.request({ path: '/version' })).toEqual({
      second: true,
    });
  });

  it('tells the server’s words, reason and wish', async () => {
    server.handler = (_, response) =>
      refuse(response, 429, 'too many', { 'retry-after': '7' });
    await expect(client.request({ path: '/x' })).rejects.toMatchObject({
      name: 'ApiError',
      status: 429,
      message: 'too many',
      retryAfterMs: 7_000,
    });
    expect(server.requests).toHaveLength(1);
  });

  it('waits for a short 429 by itself', async () => {
    server.handler = (_, response) => {
      server.handler = () => ({ ok: 'now' });
      refuse(response, 429, 'busy', { 'retry-after': '1' });
    };
    const began = performance.now();
    expect(await client.request({ path: '/x' })).toEqual({ ok: 'now' });
    expect(performance.now() - began).toBeGreaterThan(900);
  });

  it('understands an answer that is no Status', async () => {
    server.handler = (_, response) => {
      response.writeHead(502);
      response.end('<html>Bad Gateway</html>');
    };
    await expect(client.request({ path: '/x' })).rejects.toMatchObject({
      status: 502,
      message: '<html>Bad Gateway</html>',
    });
  });

  it('calls a server that is away unreachable', async () => {
    await server.stop();
    await expect(client.request({ path: '/x' })).rejects.toMatchObject({
      status: 0,
      message: expect.stringMatching(/cannot be reached: .*ECONNREFUSED/),
    });
    server = await new FakeApiServer(() => ({})).start();
  });

  it('gives up when its signal aborts', async () => {
    server.handler = () => undefined;
    const stop = new AbortController();
    const answer = client.request({ path: '/x', signal: stop.signal });
    setTimeout(() => stop.abort(new Error('enough')), 20);
    await expect(answer).rejects.toThrow('enough');
  });

  it('reads its token anew when it is refused', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'buildog-token-'));
    const file = join(folder, 'token');
    writeFileSync(file, 'old\n');
    const rotating = new KubernetesClient(
      await openConnection({ type: 'token', url: server.url, token: { file } }),
    );
    server.handler = ({ authorization }, response) =>
      authorization === 'Bearer new'
        ? { ok: true }
        : refuse(response, 401, 'Unauthorized');
    await expect(rotating.request({ path: '/x' })).rejects.toMatchObject({
      status: 401,
    });
    writeFileSync(file, 'new\n');
    expect(await rotating.request({ path: '/x' })).toEqual({ ok: true });
    rotating.close();
    rmSync(folder, { recursive: true });
  });

  it('streams a body', async () => {
    server.handler = (_, response) => {
      response.write('one ');
      response.end('two');
    };
    const body = await client.stream({ path: '/log' });
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('one two');
  });
});

describe('openConnection', () => {
  it.each([
    ['http://kubernetes.example:6443', /plain http on kubernetes.example/],
    ['ftp://x', /must begin with https/],
  ])('refuses %s', async (url, message) => {
    await expect(
      openConnection({ type: 'token', url, token: 'secret-t' }),
    ).rejects.toThrow(message);
  });

  it('says that this is no pod', async () => {
    await expect(connectInCluster({})).rejects.toThrow(
      /KUBERNETES_SERVICE_HOST .* use a kubeconfig/,
    );
    await expect(
      connectInCluster(
        { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' },
        '/no/such/folder',
      ),
    ).rejects.toThrow(/automountServiceAccountToken/);
  });

  it('uses the service account of its pod', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'buildog-sa-'));
    writeFileSync(join(folder, 'token'), 'sa-token');
    writeFileSync(join(folder, 'ca.crt'), '');
    const connection = await connectInCluster(
      { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' },
      folder,
    );
    expect(connection.server.href).toBe('https://[fd00::1]/');
    expect((await connection.options()).headers).toEqual({
      authorization: 'Bearer sa-token',
    });
    connection.close();
    rmSync(folder, { recursive: true });
  });

  it('reads a kubeconfig, and says which contexts there are', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'buildog-kc-'));
    const path = join(folder, 'config');
    const named = (name: string, kind: string, value: object) => ({
      name,
      [kind]: value,
    });
    writeFileSync(
      path,
      JSON.stringify({
        'current-context': 'a',
        clusters: [named('c', 'cluster', { server: 'https://127.0.0.1:1' })],
        users: [
          named('u', 'user', { token: 'kc-token' }),
          named('b', 'user', { username: 'me', password: 'pw' }),
        ],
        contexts: [
          named('a', 'context', { cluster: 'c', user: 'u' }),
          named('basic', 'context', { cluster: 'c', user: 'b' }),
        ],
      }),
    );
    const connection = await openConnection({ type: 'kubeconfig', path });
    expect(connection.server.href).toBe('https://127.0.0.1:1/');
    const first = await connection.options();
    expect(first.headers).toEqual({ authorization: 'Bearer kc-token' });
    expect((await connection.options(true)).agent).toBe(first.agent);
    connection.close();
    const basic = await openConnection({
      type: 'kubeconfig',
      path,
      context: 'basic',
    });
    expect((await basic.options()).headers.authorization).toMatch(/^Basic /);
    await expect(
      openConnection({ type: 'kubeconfig', path, context: 'nope' }),
    ).rejects.toThrow(/no context "nope"; it has a, basic/);
    rmSync(folder, { recursive: true });
  });
});
