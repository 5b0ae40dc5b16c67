import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigReader } from '@backstage/config';
import { readConfig } from '../config';
import { composeAgent } from './composeAgent';
import { temporaryFolder } from '../testing/temporaryFolder';

const anonymous = { find: async () => undefined };
const read = (buildog: object) =>
  readConfig(new ConfigReader({ buildog } as never));

describe('composeAgent', () => {
  it('gives each container the authority of its own server', async () => {
    const folder = temporaryFolder('buildog-ca');
    const file = async (name: string) => {
      await writeFile(join(folder, name), `PEM of ${name}`);
      return join(folder, name);
    };
    const { agent, credentials } = await composeAgent(
      read({
        registries: [
          {
            host: 'a.test',
            caFile: await file('a'),
            username: 'u',
            password: 'p',
          },
          { host: 'b.test', insecure: true },
        ],
        sources: {
          caFile: await file('git'),
          allowHttp: true,
          submodules: true,
        },
        ingest: { url: 'https://portal.test/ingest', caFile: await file('in') },
        proxy: { https: 'http://proxy.test:3128', noProxy: ['.test'] },
      }),
      anonymous,
    );
    const path = '/buildog/credentials/ca.pem';
    expect(agent.init('https://git.test/a.git')).toMatchObject({
      caFile: path,
      proxy: { https: 'http://proxy.test:3128' },
      git: {
        transports: ['https', 'ssh', 'http'],
        submodules: { depth: 3 },
        lfs: 'refuse',
      },
    });
    expect(agent.publish('a.test/x')).toMatchObject({
      caFile: path,
      insecureHosts: ['b.test'],
    });
    expect(agent.publish('b.test/x').caFile).toBeUndefined();
    expect(agent.ingest).toMatchObject({
      url: 'https://portal.test/ingest',
      ca: { file: 'ca.pem', path, pem: 'PEM of in' },
    });
    expect(await credentials.forSource('https://git.test/a.git')).toEqual({
      'ca.pem': 'PEM of git',
    });
    expect(await credentials.forPush('a.test/x')).toMatchObject({
      'ca.pem': 'PEM of a',
      'docker-config.json': expect.stringContaining('"a.test/x"'),
    });
    expect(await credentials.forPush('b.test/x')).toEqual({});
  });

  it('says as little as the defaults', async () => {
    const { agent } = await composeAgent(read({}), anonymous);
    expect(agent.init('https://git.test/a.git')).toEqual({
      limits: { bytes: 2 * 1024 ** 3, files: 200_000 },
      git: {
        transports: ['https', 'ssh'],
        submodules: false,
        lfs: 'refuse',
      },
    });
    expect(agent.ingest).toBeUndefined();
  });
});
