import {
  Credential,
  mediaTypes,
  OciError,
  sha256,
  type Descriptor,
  type RegistryClient,
} from '@buildog/oci';
import { choosePlatform } from './choosePlatform';
import { CircuitBreaker } from './CircuitBreaker';
import { parseImageConfig } from './parseImageConfig';
import { Registries } from './Registries';

describe('choosePlatform', () => {
  const of = (...platforms: string[]): Descriptor[] =>
    platforms.map(name => {
      const [os, architecture, variant] = name.split('/');
      const platform = { os, architecture, ...(variant && { variant }) };
      return {
        mediaType: mediaTypes.ociManifest,
        digest: sha256(name),
        size: 1,
        platform,
      };
    });
  const linux = (architecture: string, variant?: string) => ({
    os: 'linux',
    architecture,
    ...(variant && { variant }),
  });

  it.each<[string[], ReturnType<typeof linux>, string]>([
    [['linux/amd64', 'linux/arm64/v8'], linux('arm64'), 'linux/arm64/v8'],
    [
      ['linux/arm/v5', 'linux/arm/v6', 'linux/arm/v7'],
      linux('arm', 'v7'),
      'linux/arm/v7',
    ],
    [['linux/arm/v5', 'linux/arm/v6'], linux('arm', 'v7'), 'linux/arm/v6'],
    [['linux/amd64', 'linux/amd64/v3'], linux('amd64', 'v2'), 'linux/amd64'],
    [['unknown/unknown', 'linux/amd64'], linux('amd64'), 'linux/amd64'],
  ])('of %j for %j takes %s', (offered, wanted, chosen) => {
    expect(choosePlatform(of(...offered), wanted, 'x').digest).toBe(
      sha256(chosen),
    );
  });

  it('names what there is', () => {
    expect(() =>
      choosePlatform(
        of('linux/arm/v7', 'linux/s390x'),
        linux('arm', 'v6'),
        'img',
      ),
    ).toThrow(
      'img does not exist for linux/arm/v6; it exists for linux/arm/v7, linux/s390x',
    );
  });
});

describe('Registries', () => {
  const repository = { registry: 'r.example', path: 'a' };
  const keychain = (name?: string) => ({
    find: async () => (name ? Credential.basic(name, 'x') : undefined),
  });
  /** What the call was made with, by the keychain's user name. */
  const run = async (
    registries: Registries,
    purpose: 'pull' | 'push',
    accepted: string | undefined,
    chains: readonly ReturnType<typeof keychain>[],
  ) => {
    const tried: (string | undefined)[] = [];
    let next = 0;
    const names: (string | undefined)[] = [];
    for (const chain of chains) {
      const name = (await chain.find())?.username;
      if (name) names.push(name);
    }
    if (purpose === 'pull' || names.length === 0) names.push(undefined);
    const answer = await registries.use(
      repository,
      purpose,
      async (_: RegistryClient) => {
        const name = names[next];
        next += 1;
        tried.push(name);
        if (name !== accepted)
          throw new OciError('unauthorized', `not ${name}`);
        return name;
      },
    );
    return { answer, tried };
  };

  it('tries the sources of credentials in order, and a pull at last none', async () => {
    const chains = [keychain(), keychain('one'), keychain('two')];
    const registries = new Registries({ keychains: chains });
    const { tried } = await run(registries, 'pull', undefined, chains);
    expect(tried).toEqual(['one', 'two', undefined]);
    await expect(
      run(new Registries({ keychains: chains }), 'push', undefined, chains),
    ).rejects.toMatchObject({ kind: 'authentication', message: 'not one' });
    await registries.close();
  });

  it('goes on with the others when a source fails', async () => {
    const broken = {
      find: async () => {
        throw new Error('broken');
      },
    };
    const registries = new Registries({ keychains: [broken, keychain('one')] });
    const { tried } = await run(registries, 'push', 'one', [keychain('one')]);
    expect(tried).toEqual(['one']);
    const alone = new Registries({ keychains: [broken] });
    await expect(alone.use(repository, 'push', async () => 1)).rejects.toThrow(
      'broken',
    );
  });
});

describe('CircuitBreaker', () => {
  const down = async () => {
    throw new OciError('network', 'nothing listens');
  };

  it('asks no more after failures in a row, then lets one try', async () => {
    let now = 0;
    let asked = 0;
    const breaker = new CircuitBreaker(
      { failures: 2, coolDownMs: 100 },
      () => now,
    );
    const call = () =>
      breaker.run('r', async () => {
        asked += 1;
        return down();
      });
    await expect(call()).rejects.toThrow('nothing listens');
    await expect(call()).rejects.toThrow('nothing listens');
    await expect(call()).rejects.toThrow(/failed 2 times in a row/);
    expect(asked).toBe(2);
    expect(await breaker.run('other', async () => 'fine')).toBe('fine');
    now = 101;
    expect(await breaker.run('r', async () => 'up')).toBe('up');
    await expect(call()).rejects.toThrow('nothing listens');
  });

  it('does not take an answer for an outage', async () => {
    const breaker = new CircuitBreaker({ failures: 1, coolDownMs: 100 });
    const refuse = async () => {
      throw new OciError('notFound', 'no such image');
    };
    await expect(breaker.run('r', refuse)).rejects.toThrow('no such image');
    await expect(breaker.run('r', refuse)).rejects.toThrow('no such image');
  });
});

describe('parseImageConfig', () => {
  const config = {
    os: 'linux',
    architecture: 'amd64',
    rootfs: { type: 'layers', diff_ids: null },
    config: null,
  };

  it('reads what programs in Go write', () => {
    expect(
      parseImageConfig(Buffer.from(JSON.stringify(config)), 'x'),
    ).toMatchObject({
      rootfs: { diff_ids: [] },
    });
  });

  it.each([
    ['{', 'no JSON'],
    [JSON.stringify({}), 'no os'],
    [JSON.stringify({ ...config, rootfs: { diff_ids: ['x'] } }), 'diff_ids'],
    [JSON.stringify({ ...config, config: { Env: 'A=b' } }), 'Env'],
    [JSON.stringify({ ...config, config: { User: 5 } }), 'User'],
    [JSON.stringify({ ...config, config: { Labels: { a: 1 } } }), 'Labels'],
  ])('refuses %s', (document, message) => {
    expect(() => parseImageConfig(Buffer.from(document), 'x')).toThrow(message);
  });
});
