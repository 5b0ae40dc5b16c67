import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Digest } from '../digest/Digest';
import { temporaryDirectory } from '../testing/writeLayout';
import { RegistryClient } from './RegistryClient';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

/** Keeps nothing, gives what a sparse file has: only for how memory behaves. */
async function startSink(file: string): Promise<Server> {
  const server = createServer((request, response) => {
    const { method, url = '' } = request;
    request.resume();
    request.on('end', () => {
      if (method === 'GET' && url.includes('/blobs/')) {
        response.writeHead(200, { 'content-length': GIB });
        createReadStream(file, { highWaterMark: MIB }).pipe(response);
      } else if (method === 'HEAD') response.writeHead(404).end();
      else if (method === 'PUT') response.writeHead(201).end();
      else if (method === 'GET') response.writeHead(200).end();
      else response.writeHead(202, { location: '/v2/a/blobs/uploads/1' }).end();
    });
  });
  await new Promise<void>(resolve =>
    server.listen(0, '127.0.0.1', () => resolve()),
  );
  return server;
}

/** The most resident memory rose while `work` ran, in bytes. */
async function growthDuring(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 10);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return most - before;
}

describe('a blob of 1 GiB', () => {
  let directory: string;
  let file: string;
  let digest: Digest;
  let server: Server;
  let client: RegistryClient;
  let host: string;
  beforeAll(async () => {
    directory = await temporaryDirectory();
    file = join(directory, 'sparse');
    const handle = await open(file, 'w');
    await handle.truncate(GIB);
    await handle.close();
    const hash = createHash('sha256');
    const zeros = Buffer.alloc(MIB);
    for (let i = 0; i < 1024; i++) hash.update(zeros);
    digest = `sha256:${hash.digest('hex')}`;
    server = await startSink(file);
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    client = RegistryClient.create({
      proxy: 'none',
      hosts: { [host]: { plainHttp: true } },
    });
  });
  afterAll(async () => {
    await client.close();
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
    await rm(directory, { recursive: true, force: true });
  });

  it('takes no memory for its size when it is sent', async () => {
    let sent = 0;
    const growth = await growthDuring(() =>
      client.putBlob(
        { registry: host, path: 'a' },
        {
          digest,
          size: GIB,
          open: () => createReadStream(file, { highWaterMark: MIB }),
        },
        {
          onProgress: bytes => {
            sent = bytes;
          },
        },
      ),
    );
    expect(sent).toBe(GIB);
    process.stdout.write(`sent 1 GiB: +${Math.round(growth / MIB)} MiB\n`);
    expect(growth).toBeLessThan(256 * MIB);
  }, 300_000);

  it('takes no memory for its size when it is read', async () => {
    let received = 0;
    const growth = await growthDuring(async () => {
      const stream = await client.getBlob(
        { registry: host, path: 'a' },
        { digest, size: GIB },
      );
      for await (const chunk of stream) received += chunk.length;
    });
    expect(received).toBe(GIB);
    process.stdout.write(`read 1 GiB: +${Math.round(growth / MIB)} MiB\n`);
    expect(growth).toBeLessThan(256 * MIB);
  }, 300_000);
});
