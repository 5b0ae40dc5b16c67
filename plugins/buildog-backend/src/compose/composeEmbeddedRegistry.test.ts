import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigReader } from '@backstage/config';
import { mockServices } from '@backstage/backend-test-utils';
import { startRegistry } from '@buildog/oci';
import { readConfig } from '../config';
import {
  composeEmbeddedRegistry,
  withEmbeddedRegistry,
} from './composeEmbeddedRegistry';

describe('composeEmbeddedRegistry', () => {
  let root: string;
  let port: number;
  const logger = mockServices.logger.mock();
  const config = (more: object = {}) =>
    readConfig(
      new ConfigReader({
        buildog: { embeddedRegistry: { enabled: true, root, port }, ...more },
      }),
    );
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'buildog-embedded-'));
    // A free port: taken and given back.
    const probe = await startRegistry({ root: join(root, 'probe') });
    port = Number(new URL(probe.url).port);
    await probe.close();
  });
  afterEach(() => rm(root, { recursive: true }));

  it('does nothing where it is not enabled', async () => {
    const off = readConfig(new ConfigReader({}));
    expect(await composeEmbeddedRegistry(off, logger)).toBeUndefined();
    expect(withEmbeddedRegistry(off, undefined)).toBe(off);
  });

  it('is one more registry, and the default one', async () => {
    const embedded = await composeEmbeddedRegistry(config(), logger);
    try {
      const { registries, defaults } = withEmbeddedRegistry(config(), embedded);
      const host = `127.0.0.1:${port}`;
      expect(defaults.registry).toBe(host);
      expect(registries).toEqual([
        {
          host,
          insecure: true,
          mirrors: [],
          username: 'buildog',
          password: expect.stringMatching(/^[\w-]{32}$/),
        },
      ]);
      const [{ username, password }] = registries;
      const auth = Buffer.from(`${username}:${password}`).toString('base64');
      const ask = (headers: Record<string, string>) =>
        fetch(`http://${host}/v2/`, { headers });
      expect((await ask({ authorization: `Basic ${auth}` })).status).toBe(200);
      expect((await ask({})).status).toBe(401);
    } finally {
      await embedded?.registry.close();
    }
  });

  it('keeps its passwords for the user of the backend alone', async () => {
    const first = await composeEmbeddedRegistry(config(), logger);
    await first?.registry.close();
    const second = await composeEmbeddedRegistry(config(), logger);
    await second?.registry.close();
    expect(second?.config).toEqual(first?.config);
    const file = join(root, 'credentials.json');
    expect((await stat(file)).mode % 0o1000).toBe(0o600);
    expect(await readFile(file, 'utf8')).toContain(first?.config.password);
    expect(JSON.stringify(logger.info.mock.calls)).not.toContain(
      first?.config.password,
    );
  });

  it('says which file is broken', async () => {
    await writeFile(join(root, 'credentials.json'), '{"push":"short"}');
    await expect(composeEmbeddedRegistry(config(), logger)).rejects.toThrow(
      join(root, 'credentials.json'),
    );
  });

  it('leaves another default as it is', () => {
    const other = config({
      registries: [{ host: 'r.example' }],
      defaults: { registry: 'r.example' },
    });
    const made = { host: 'x', insecure: true, mirrors: [] };
    const { registries, defaults } = withEmbeddedRegistry(other, {
      config: made,
    });
    expect(defaults.registry).toBe('r.example');
    expect(registries.map(({ host }) => host)).toEqual(['r.example', 'x']);
  });
});
