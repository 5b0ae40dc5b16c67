import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '../testing/writeLayout';
import { dockerConfigFile } from './dockerConfigFile';
import { environmentKeychain } from './environmentKeychain';

const repository = { registry: 'r.example', path: 'team/app' };
const config = (user: string) =>
  JSON.stringify({
    auths: {
      'r.example': { auth: Buffer.from(`${user}:p`).toString('base64') },
    },
  });

describe('environmentKeychain', () => {
  let home: string;
  beforeEach(async () => {
    home = await temporaryDirectory();
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  const write = async (path: string, user: string) => {
    const file = join(home, path);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, config(user));
    return file;
  };
  const userWith = async (env: NodeJS.ProcessEnv) =>
    (await environmentKeychain(env).find(repository))?.username;

  it('takes the sources in the documented order', async () => {
    const env: NodeJS.ProcessEnv = { HOME: home };
    expect(await userWith(env)).toBeUndefined();
    await write('.docker/config.json', 'home');
    expect(await userWith(env)).toBe('home');
    await write('run/containers/auth.json', 'run');
    env.XDG_RUNTIME_DIR = join(home, 'run');
    expect(await userWith(env)).toBe('run');
    await write('docker/config.json', 'docker');
    env.DOCKER_CONFIG = join(home, 'docker');
    expect(await userWith(env)).toBe('docker');
    env.REGISTRY_AUTH_FILE = await write('auth.json', 'file');
    expect(await userWith(env)).toBe('file');
    env.DOCKER_AUTH_CONFIG = config('text');
    expect(await userWith(env)).toBe('text');
    env.BUILDOG_REGISTRY = 'r.example';
    env.BUILDOG_REGISTRY_USERNAME = 'single';
    env.BUILDOG_REGISTRY_PASSWORD = 'p';
    expect(await userWith(env)).toBe('single');
    env.BUILDOG_REGISTRY = 'other.example';
    expect(await userWith(env)).toBe('text');
  });

  it('refuses half a credential and a file that is not there', async () => {
    expect(() =>
      environmentKeychain({ BUILDOG_REGISTRY: 'r.example' }),
    ).toThrow(expect.objectContaining({ code: 'invalidConfig' }));
    const missing = { REGISTRY_AUTH_FILE: join(home, 'missing') };
    await expect(userWith(missing)).rejects.toMatchObject({
      code: 'invalidConfig',
    });
  });

  it('reads a file anew each time, as rotated secrets need', async () => {
    const file = await write('c.json', 'before');
    const keychain = dockerConfigFile(file);
    expect((await keychain.find(repository))?.username).toBe('before');
    await write('c.json', 'after');
    expect((await keychain.find(repository))?.username).toBe('after');
  });

  it('refuses a file too large to be a docker config', async () => {
    const file = join(home, 'big.json');
    await writeFile(file, Buffer.alloc(1024 * 1024 + 1, ' '));
    await expect(dockerConfigFile(file).find(repository)).rejects.toMatchObject(
      { code: 'invalidConfig' },
    );
  });
});
