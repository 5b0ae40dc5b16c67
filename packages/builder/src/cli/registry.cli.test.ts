import {
  Credential,
  parseReference,
  RegistryClient,
  startRegistry,
} from '@buildog/oci';
import { base, describeCli } from '../testing/CliFixture';

describeCli('ossb with a registry', fixture => {
  let registry: Awaited<ReturnType<typeof startRegistry>>;
  const auth = { username: 'u', password: 'pass-word' };

  beforeAll(async () => {
    registry = await startRegistry({
      root: fixture.path('registry'),
      credentials: [auth],
    });
  });
  afterAll(() => registry?.close());

  const env = () => ({
    BUILDOG_REGISTRY: registry.host,
    BUILDOG_REGISTRY_USERNAME: 'u',
    BUILDOG_REGISTRY_PASSWORD: 'pass-word',
  });

  it('pushes, builds on what it pushed, and keeps a cache there', async () => {
    const host = registry.host;
    const context = fixture.context('base', {
      Dockerfile: `${base}\nRUN echo layer > /layer\n`,
    });
    const pushed = await fixture.run(
      ['build', context, '-t', `${host}/team/base:1`, '--push'],
      { env: env() },
    );
    expect([pushed.code, pushed.code === 0 || pushed.stderr]).toEqual([
      0,
      true,
    ]);
    const next = fixture.context('next', {
      Dockerfile: `FROM ${host}/team/base:1\nRUN cat /layer; echo ran\nCOPY busybox /again\n`,
    });
    const flags = [
      ...[next, '-t', `${host}/team/next:1`, '--push'],
      ...['--cache-from', `type=registry,ref=${host}/team/cache`],
      ...['--cache-to', `type=registry,ref=${host}/team/cache`],
    ];
    const first = await fixture.run(['build', ...flags], {
      cache: 'cache-one',
      env: env(),
    });
    expect(first).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('ran'),
    });
    // The base's layers were there: they are mounted, not sent.
    expect(first.stderr).toMatch(/push .*\((mounted|existed)\)/);
    const second = await fixture.run(['build', ...flags], {
      cache: 'cache-two',
      env: env(),
    });
    expect(second.code).toBe(0);
    expect(second.stderr).not.toMatch(/^#\d+ ran$/m);
    expect(second.stderr).not.toMatch(/DONE/);
    expect(second.stdout).toBe(first.stdout);
    const client = RegistryClient.create({
      hosts: { [host]: { plainHttp: true } },
      keychain: {
        find: async () => Credential.basic('u', 'pass-word'),
      },
    });
    const found = await client.headManifest(
      parseReference(`${host}/team/next:1`),
    );
    expect(`${found?.digest}\n`).toBe(second.stdout);
    await client.close();
  });

  it('ends with the code of a credential that is not accepted', async () => {
    const context = fixture.context('denied', {
      Dockerfile: 'FROM scratch\nCOPY busybox /\n',
    });
    const { code, stderr } = await fixture.run(
      ['build', context, '-t', `${registry.host}/x/y:1`, '--push'],
      { env: { ...env(), BUILDOG_REGISTRY_PASSWORD: 'wrong-password' } },
    );
    expect([code, stderr.includes('wrong-password')]).toEqual([5, false]);
  });
});
