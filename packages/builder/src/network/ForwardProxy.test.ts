import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { AllowList } from './AllowList';
import { FetchLog } from './FetchLog';
import { ForwardProxy } from './ForwardProxy';
import type { UpstreamProxy } from './upstreamProxy';

async function listen(server: net.Server): Promise<number> {
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

describe('ForwardProxy', () => {
  const servers: net.Server[] = [];
  const proxies: ForwardProxy[] = [];
  let sitePort: number;
  let seen: http.IncomingMessage[] = [];

  /** A proxy that may reach `site.example`, which is our site. */
  async function start(upstream?: UpstreamProxy) {
    const log = new FetchLog();
    const proxy = new ForwardProxy({
      log,
      upstream: host => (host === 'site.example' ? upstream : undefined),
      rules: {
        allow: new AllowList(['site.example']),
        resolve: async name => {
          if (name === 'site.example') return ['127.0.0.1'];
          if (name === 'rebound.example') return ['127.0.0.1'];
          throw new Error('ENOTFOUND');
        },
        own: () => [],
      },
    });
    const server = net.createServer(socket => proxy.accept(socket));
    servers.push(server);
    proxies.push(proxy);
    return { log, port: await listen(server) };
  }

  beforeAll(async () => {
    const site = http.createServer((request, response) => {
      seen.push(request);
      request.resume();
      if (request.url !== '/in') response.setHeader('Connection', 'X-Hop');
      response.setHeader('X-Hop', '1');
      response.end(`hello ${request.url}`);
    });
    servers.push(site);
    sitePort = await listen(site);
  });
  beforeEach(() => {
    seen = [];
  });
  afterAll(() => {
    for (const proxy of proxies) proxy.close();
    for (const server of servers) server.close();
  });

  function get(
    port: number,
    path: string,
    headers: http.OutgoingHttpHeaders = {},
  ): Promise<http.IncomingMessage> {
    return new Promise((resolve, reject) => {
      http
        .get({ port, host: '127.0.0.1', path, headers, agent: false }, resolve)
        .once('error', reject);
    });
  }

  function tunnel(port: number, authority: string): Promise<string> {
    const socket = net.connect(port, '127.0.0.1');
    socket.write(
      `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\nGET /in HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    return text(socket);
  }

  it('fetches, without headers that are between two', async () => {
    const { port, log } = await start();
    const answer = await get(
      port,
      `http://u:p@site.example:${sitePort}/a?k=v`,
      {
        'Proxy-Authorization': 'Basic x',
        'X-Kept': 'yes',
        Connection: 'X-Named',
        'X-Named': 'no',
      },
    );
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['x-hop']).toBeUndefined();
    expect(await text(answer)).toBe('hello /a?k=v');
    expect(seen[0].headers).toMatchObject({
      host: `site.example:${sitePort}`,
      'x-kept': 'yes',
    });
    expect(seen[0].headers).not.toHaveProperty('proxy-authorization');
    expect(seen[0].headers).not.toHaveProperty('x-named');
    expect(log.list()).toEqual([
      {
        method: 'GET',
        address: `http://site.example:${sitePort}/a`,
        allowed: true,
        bytes: expect.any(Number),
      },
    ]);
    expect(log.list()[0].bytes).toBeGreaterThan(10);
  });

  it('opens tunnels', async () => {
    const { port, log } = await start();
    const said = await tunnel(port, `site.example:${sitePort}`);
    expect(said).toContain('200 Connection established');
    expect(said).toContain('hello /in');
    expect(log.list()).toMatchObject([
      { method: 'CONNECT', address: `site.example:${sitePort}`, allowed: true },
    ]);
  });

  it('refuses what is not public, and says why', async () => {
    const { port, log } = await start();
    const refused = [
      `127.0.0.1:${sitePort}`,
      `rebound.example:${sitePort}`,
      `[::1]:${sitePort}`,
      'localhost:22',
    ];
    for (const authority of refused) {
      expect(await tunnel(port, authority)).toMatch(/^HTTP\/1\.1 403/);
      const answer = await get(port, `http://${authority}/`);
      expect(answer.statusCode).toBe(403);
      expect(await text(answer)).toMatch(/^buildog: .*machine/);
    }
    expect(seen).toEqual([]);
    expect(log.list().every(({ allowed }) => !allowed)).toBe(true);
  });

  it('refuses what is no request for a proxy', async () => {
    const { port } = await start();
    for (const path of [
      '/',
      'ftp://site.example/',
      'http://',
      'https://site.example/',
    ]) {
      expect((await get(port, path)).statusCode).toBe(400);
    }
    for (const authority of [
      'site.example',
      'x@site.example:1',
      'a:0',
      'a:70000',
    ]) {
      expect(await tunnel(port, authority)).toMatch(/^HTTP\/1\.1 400/);
    }
  });

  it('says when nobody answers', async () => {
    const { port } = await start();
    expect(await tunnel(port, 'site.example:1')).toMatch(/^HTTP\/1\.1 502/);
    expect((await get(port, 'http://site.example:1/')).statusCode).toBe(502);
  });

  it('goes through another proxy, whose password stays here', async () => {
    const asked: string[] = [];
    const outer = net.createServer(socket => {
      socket.once('data', bytes => {
        asked.push(bytes.toString('latin1'));
        if (!bytes.toString('latin1').startsWith('CONNECT')) {
          socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nouter');
          return;
        }
        const far = net.connect(sitePort, '127.0.0.1');
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(far).pipe(socket);
      });
    });
    servers.push(outer);
    const { port, log } = await start({
      host: '127.0.0.1',
      port: await listen(outer),
      authorization: 'Basic c2VjcmV0',
    });
    expect(await tunnel(port, `site.example:${sitePort}`)).toContain(
      'hello /in',
    );
    const answer = await get(port, 'http://site.example/plain');
    expect(await text(answer)).toBe('outer');
    expect(asked[0]).toMatch(/^CONNECT site\.example:\d+ HTTP\/1\.1\r\n/);
    expect(asked[1]).toMatch(
      /^GET http:\/\/site\.example\/plain HTTP\/1\.1\r\n/,
    );
    for (const request of asked) {
      expect(request.toLowerCase()).toContain(
        'proxy-authorization: basic c2vjcmv0',
      );
    }
    expect(JSON.stringify([log.list(), answer.headers])).not.toContain(
      'c2VjcmV0',
    );
  });

  it('remembers a thousand addresses, cleaned', () => {
    const log = new FetchLog();
    for (let i = 0; i < 2000; i += 1) log.add('GET', `http://x/${i}`, true);
    expect(log.list().length).toBe(1000);
    const other = new FetchLog();
    other.add('GET', 'http://u:p@x/a\u001b[0m?token=1#f', true).bytes += 5;
    other.add('GET', 'http://x/a?[0m', true);
    expect(other.list()[0]).toEqual({
      address: 'http://x/a?[0m',
      method: 'GET',
      allowed: true,
      bytes: 5,
    });
  });
});
