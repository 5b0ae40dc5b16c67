import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { pack, type Header } from 'tar-stream';
import { initResultSchema } from '../../protocol';
import { runForTest } from '../../testing/runForTest';
import { init } from '../init';
import { checkArchiveEntry } from './checkArchiveEntry';
import { temporaryFolder } from '../../testing/temporaryFolder';

type Entry = Partial<Header> & { name: string; body?: string | Buffer };

async function tar(...entries: Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const { body = '', ...header } of entries) archive.entry(header, body);
  archive.finalize();
  return buffer(archive as unknown as AsyncIterable<Buffer>);
}

const dockerfile = { name: 'Dockerfile', body: 'FROM scratch\n' };

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

async function run(
  bytes: Buffer,
  change: object = {},
  { source = {}, credential }: { source?: object; credential?: object } = {},
) {
  const directory = temporaryFolder('buildog-archive');
  const workspacePath = temporaryFolder('buildog-workspace');
  writeFileSync(join(directory, 'archive'), bytes);
  const { result } = await runForTest(
    init,
    {
      protocolVersion: 1,
      source: {
        type: 'archive',
        path: join(directory, 'archive'),
        digest: digestOf(bytes),
        ...source,
      },
      workspacePath,
      ...change,
    },
    { credential },
  );
  const parsed = initResultSchema.parse(result);
  return {
    result: parsed,
    code: parsed.ok ? undefined : parsed.reason.code,
    message: parsed.ok ? '' : parsed.reason.message,
    path: (name: string) => join(workspacePath, name),
  };
}

let headerOnly: Buffer;
beforeAll(async () => {
  const bytes = await tar({ name: 'x', pax: { comment: 'y'.repeat(100) } });
  headerOnly = bytes.subarray(0, 1024);
});

describe('an uploaded archive', () => {
  it.each([
    ['plain', (bytes: Buffer) => bytes],
    ['gzipped', (bytes: Buffer) => gzipSync(bytes)],
  ])('is extracted when it is %s', async (_, wrap) => {
    const { result, path } = await run(
      wrap(
        await tar(
          { name: './', type: 'directory' },
          dockerfile,
          { name: 'a/b/run.sh', body: '#!/bin/sh\n', mode: 0o4777 & 0o777 },
          { name: `long/${'x'.repeat(200)}`, body: 'y' },
          { name: 'empty/', type: 'directory', mode: 0 },
          { name: 'big', body: Buffer.alloc(300_000, 'z') },
        ),
      ),
    );
    expect(result).toMatchObject({
      ok: true,
      source: { type: 'archive' },
      files: 6,
    });
    expect(lstatSync(path('a/b/run.sh')).mode & 0o7777).toBe(0o755);
    expect(lstatSync(path('Dockerfile')).mode & 0o7777).toBe(0o644);
    expect(readFileSync(path('big'))).toHaveLength(300_000);
    expect(readdirSync(path('.')).filter(n => n.startsWith('.'))).toEqual([]);
  });

  it.each<[string, Entry]>([
    ['..', { name: '../outside', body: 'x' }],
    ['..', { name: 'a/../../outside', body: 'x' }],
    ['absolute', { name: '/etc/passwd', body: 'x' }],
    ['symlink', { name: 'x', type: 'symlink', linkname: '/etc' }],
    ['link', { name: 'x', type: 'link', linkname: 'Dockerfile' }],
    ['character-device', { name: 'x', type: 'character-device' }],
    ['block-device', { name: 'x', type: 'block-device' }],
    ['fifo', { name: 'x', type: 'fifo' }],
    ['contiguous-file', { name: 'x', type: 'contiguous-file' }],
    ['set-id', { name: 'x', mode: 0o4755, body: 'x' }],
    ['set-id', { name: 'x', mode: 0o2755, body: 'x' }],
    ['sparse', { name: 'x', pax: { 'GNU.sparse.major': '1' }, body: 'x' }],
    ['control', { name: 'a\u001b[31m', body: 'x' }],
    ['backslashes', { name: 'a\\b', body: 'x' }],
    ['too long', { name: 'x'.repeat(300), body: 'x' }],
    ['too long', { name: 'y/'.repeat(700), body: 'x' }],
    ['reserved', { name: '.buildog-x/y', body: 'x' }],
    ['twice', dockerfile],
    ['twice', { name: 'Dockerfile/x', body: 'x' }],
  ])('is refused for %s', async (word, entry) => {
    const { code, message } = await run(await tar(dockerfile, entry));
    expect(code).toBe('ArchiveUnsafe');
    expect(message).toContain(word);
  });

  it('is refused when it is not what was announced', async () => {
    const { code } = await run(
      await tar(dockerfile),
      {},
      { source: { digest: digestOf(Buffer.from('other')) } },
    );
    expect(code).toBe('ArchiveDigestMismatch');
  });

  it('is refused when it is cut short or no archive', async () => {
    const whole = await tar(dockerfile, {
      name: 'x',
      body: 'x'.repeat(5000),
    });
    const zipped = gzipSync(whole);
    for (const bytes of [
      whole.subarray(0, 3000),
      zipped.subarray(0, zipped.length - 12),
      Buffer.from('PK\u0003\u0004 this is a zip file'),
      Buffer.alloc(2048, 'A'),
      Buffer.alloc(0),
      gzipSync(zipped),
    ]) {
      expect((await run(bytes)).code).toBe('ArchiveInvalid');
    }
  });

  it('is refused when it grows beyond the limits', async () => {
    const bomb = gzipSync(
      await tar(dockerfile, {
        name: 'zeros',
        body: Buffer.alloc(20_000_000),
      }),
    );
    const cases: [Buffer, object][] = [
      [bomb, { bytes: 1_000_000 }],
      [bomb, { bytes: 1000 }],
      [
        await tar(...Array.from({ length: 50 }, (_, i) => ({ name: `f${i}` }))),
        { files: 20 },
      ],
      // Nothing but headers: they count as well.
      [
        gzipSync(Buffer.concat(Array.from({ length: 3000 }, () => headerOnly))),
        { files: 10, bytes: 100_000 },
      ],
    ];
    for (const [bytes, limits] of cases) {
      expect((await run(bytes, { limits })).code).toBe('SourceTooLarge');
    }
  });

  it('is not fetched from a file that is not there', async () => {
    const { code } = await run(
      await tar(dockerfile),
      {},
      { source: { path: '/nowhere/archive' } },
    );
    expect(code).toBe('ArchiveUnavailable');
  });
});

describe('an archive from a server', () => {
  let server: Server;
  let url: string;
  let cut = 0;
  let answer: (authorization: string | undefined) => [number, Buffer];

  beforeAll(async () => {
    server = createServer((request, response) => {
      const [status, body] = answer(request.headers.authorization);
      response.writeHead(status, { 'content-length': body.length + cut });
      response.write(body);
      if (cut > 0) setTimeout(() => response.destroy(), 20);
      else response.end();
    });
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve);
    });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/archive`;
  });

  afterAll(() => server.close());

  it('is fetched with the token of its host', async () => {
    const bytes = await tar(dockerfile);
    answer = authorization =>
      authorization === 'Bearer t0ken' ? [200, bytes] : [401, Buffer.alloc(0)];
    const source = { path: undefined, url };
    const host = new URL(url).host;
    const token = { type: 'token', host, token: 't0ken' };
    expect(
      (await run(bytes, {}, { source, credential: token })).code,
    ).toBeUndefined();
    expect((await run(bytes, {}, { source })).code).toBe('ArchiveUnavailable');
    expect(
      (
        await run(
          bytes,
          {},
          { source, credential: { ...token, host: 'example.org' } },
        )
      ).code,
    ).toBe('CredentialInvalid');
  });

  it('is not taken when the transfer breaks off, or never begins', async () => {
    const bytes = await tar(dockerfile);
    answer = () => [200, bytes.subarray(0, 600)];
    cut = 500;
    const source = { path: undefined, url };
    expect((await run(bytes, {}, { source })).code).toBe('ArchiveUnavailable');
    cut = 0;
    expect(
      (
        await run(
          bytes,
          {},
          { source: { path: undefined, url: 'http://127.0.0.1:1/' } },
        )
      ).code,
    ).toBe('ArchiveUnavailable');
    expect(
      (await run(bytes, { limits: { bytes: 100 } }, { source })).code,
    ).toBe('SourceTooLarge');
  });
});

it('never lets a path out of the directory', () => {
  const part = fc.constantFrom(
    '..',
    '.',
    '',
    'a',
    '.git',
    ' ',
    '...',
    '\u202e',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), parts => {
      let path: string;
      try {
        path = checkArchiveEntry({
          name: parts.join('/'),
          type: 'file',
          mode: 0o644,
        });
      } catch {
        return;
      }
      expect(join('/root/', path)).toMatch(/^\/root\//);
      expect(path).not.toMatch(/(^|\/)\.\.(\/|$)|^\//);
    }),
  );
});
