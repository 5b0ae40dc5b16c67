import { createServer as createHttp, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { sha256 } from '@buildog/oci';
import { temporaryFolder } from '../testing/temporaryFolder';
import { HttpFiles } from './HttpFiles';
import { withoutUserInfo } from './withoutUserInfo';

const folder = temporaryFolder();
const never = () => new AbortController().signal;

describe('HttpFiles', () => {
  let server: Server;
  let url: string;
  const asked: { path?: string; headers: NodeJS.Dict<string | string[]> }[] =
    [];
  const flaky = { left: 0 };

  beforeAll(async () => {
    server = createHttp((request, response) => {
      asked.push({ path: request.url, headers: request.headers });
      if (request.url === '/moved') {
        response.writeHead(302, { location: '/file' }).end();
      } else if (request.url === '/metadata') {
        response
          .writeHead(302, { location: 'http://169.254.169.254/latest' })
          .end();
      } else if (request.url === '/flaky' && flaky.left > 0) {
        flaky.left -= 1;
        response.writeHead(503).end();
      } else if (request.url === '/none') response.writeHead(404).end();
      else if (request.headers['if-none-match'] === '"1"')
        response.writeHead(304).end();
      else {
        response
          .writeHead(200, {
            etag: '"1"',
            'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
          })
          .end('content');
      }
    }).listen(0, '127.0.0.1');
    await new Promise(resolve => server.once('listening', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise(resolve => server.close(resolve)));

  const fetch = (at: string, path: string, more: object = {}) =>
    new HttpFiles(at, 5).fetch(
      { kind: 'http', url: `${url}${path}`, filename: 'f', ...more },
      never(),
    );

  it('gives the file with the server’s time, and asks again with validators', async () => {
    const at = join(folder, 'http');
    const first = await fetch(at, '/file');
    const entry = await first.tree.lookup('f');
    expect(entry).toMatchObject({
      mode: 0o600,
      size: 7,
      mtime: Date.UTC(2026, 0, 1) / 1000,
    });
    expect(await text(await first.tree.open(entry!))).toBe('content');
    const second = await fetch(at, '/file');
    expect(second.identity).toBe(first.identity);
    expect(asked.at(-1)?.headers['if-none-match']).toBe('"1"');
    const before = asked.length;
    await fetch(at, '/file', { checksum: sha256('content') });
    expect(asked).toHaveLength(before);
  });

  it('follows redirects, but not to the machine’s metadata', async () => {
    expect(await fetch(join(folder, 'http2'), '/moved')).toBeDefined();
    await expect(fetch(join(folder, 'http2'), '/metadata')).rejects.toThrow(
      /link-local/,
    );
  });

  it('tries again what may pass, and tells what does not', async () => {
    flaky.left = 2;
    expect(await fetch(join(folder, 'http3'), '/flaky')).toBeDefined();
    await expect(fetch(join(folder, 'http3'), '/none')).rejects.toThrow(
      /404: there is no such file/,
    );
    await expect(
      fetch(join(folder, 'http3'), '/file', { checksum: sha256('other') }),
    ).rejects.toThrow(/has the checksum sha256:/);
  });

  it('shows no user, password or query', () => {
    expect(withoutUserInfo('https://u:p@h/x?token=t#f')).toBe('https://h/x');
    expect(withoutUserInfo('git+x://u:p@')).not.toContain('u:p');
  });
});
