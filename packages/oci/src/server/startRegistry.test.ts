import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { request } from 'undici';
import { temporaryDirectory } from '../testing/writeLayout';
import { EmbeddedRegistry } from './RegistryOptions';
import { startRegistry } from './startRegistry';

describe('startRegistry', () => {
  let directory: string;
  let root: string;
  const running: EmbeddedRegistry[] = [];
  const start = async (
    options: Partial<Parameters<typeof startRegistry>[0]> = {},
  ) => {
    const registry = await startRegistry({ root, ...options });
    running.push(registry);
    return registry;
  };
  beforeEach(async () => {
    directory = await temporaryDirectory();
    root = join(directory, 'some', 'where');
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map(registry => registry.close()));
    await rm(directory, { recursive: true });
  });

  it('says where it listens', async () => {
    const lines: string[] = [];
    const info = (line: string) => lines.push(line);
    const registry = await start({ logger: { info, warn: info, error: info } });
    expect(registry.url).toBe(`http://${registry.host}`);
    expect(registry.host).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(lines).toEqual([`embedded registry: listening on ${registry.host}`]);
    const { statusCode, headers, body } = await request(`${registry.url}/v2/`);
    await body.dump();
    expect(statusCode).toBe(200);
    expect(headers['docker-distribution-api-version']).toBe('registry/2.0');
  });

  it('has a root to itself until it is closed, as often as one likes', async () => {
    const first = await start();
    await expect(start()).rejects.toMatchObject({
      code: 'invalidConfig',
      message: expect.stringContaining(`in use by process ${process.pid}`),
    });
    await Promise.all([first.close(), first.close()]);
    await first.close();
    await start();
  });

  it('takes over the root of a process that has ended', async () => {
    await mkdir(root, { recursive: true });
    // No process has so high an id.
    await writeFile(join(root, 'lock'), '4194305 1 x\n');
    const first = await start();
    await first.close();
    // The id came again, for another process.
    await writeFile(join(root, 'lock'), `${process.pid} 1 x\n`);
    if (process.platform === 'linux') await start();
  });

  it('ends with its signal', async () => {
    const controller = new AbortController();
    const { url } = await start({ signal: controller.signal });
    controller.abort();
    await expect(request(`${url}/v2/`)).rejects.toThrow();
    const again = await start();
    expect(again.url).not.toBe('');
    await expect(start({ signal: controller.signal })).rejects.toThrow(
      'aborted',
    );
  });

  it('leaves the root free when the port is taken', async () => {
    const other = createServer();
    await new Promise<void>(resolve =>
      other.listen(0, '127.0.0.1', () => resolve()),
    );
    const { port } = other.address() as AddressInfo;
    await expect(start({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await new Promise(resolve => other.close(resolve));
    await start({ port });
  });

  it('may have a root that is a link', async () => {
    await mkdir(join(directory, 'real'));
    await symlink(join(directory, 'real'), join(directory, 'link'));
    const { url } = await start({ root: join(directory, 'link') });
    const { statusCode, body } = await request(`${url}/v2/a/blobs/uploads/`, {
      method: 'POST',
    });
    await body.dump();
    expect(statusCode).toBe(202);
  });

  it('refuses a network without users before it touches the disk', async () => {
    await expect(start({ host: '0.0.0.0' })).rejects.toMatchObject({
      code: 'invalidConfig',
    });
    await expect(rm(root)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
