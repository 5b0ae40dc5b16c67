import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { request } from 'undici';
import { RegistryProcess } from '../testing/RegistryProcess';
import { temporaryDirectory } from '../testing/writeLayout';

const MIB = 1024 ** 2;
const CHUNKS = 1024;

describe('a blob of 1 GiB', () => {
  let root: string;
  let registry: RegistryProcess;
  beforeAll(async () => {
    root = await temporaryDirectory();
    registry = await RegistryProcess.start(root);
  });
  afterAll(async () => {
    await registry.kill();
    await rm(root, { recursive: true });
  });

  it('takes no memory for its size, pushed or pulled', async () => {
    const before = await registry.peakMemory();
    const chunk = Buffer.alloc(MIB, 'x');
    const hash = createHash('sha256');
    for (let i = 0; i < CHUNKS; i++) hash.update(chunk);
    const digest = `sha256:${hash.digest('hex')}`;
    const path = `${registry.url}/v2/a/blobs`;
    const pushed = await request(`${path}/uploads/?digest=${digest}`, {
      method: 'POST',
      headers: { 'content-length': `${CHUNKS * MIB}` },
      body: Readable.from(
        (function* chunks() {
          for (let i = 0; i < CHUNKS; i++) yield chunk;
        })(),
      ),
    });
    await pushed.body.dump();
    expect(pushed.statusCode).toBe(201);
    const afterPush = await registry.peakMemory();
    const pulled = await request(`${path}/${digest}`);
    const received = createHash('sha256');
    for await (const part of pulled.body) received.update(part);
    expect(`sha256:${received.digest('hex')}`).toBe(digest);
    const afterPull = await registry.peakMemory();
    process.stdout.write(
      `the registry's peak: ${[before, afterPush, afterPull]
        .map(bytes => Math.round(bytes / MIB))
        .join(' MiB, ')} MiB: at rest, pushed, pulled\n`,
    );
    expect(afterPull - before).toBeLessThan(160 * MIB);
  }, 300_000);
});
