import { SourceError } from '@buildog/plugin-buildog-node';
import { describeApi } from '../__testUtils__/describeApi';

describeApi('entities', current => {
  const status = (name: string, as = 'owner') =>
    current.api.get(`/v1/entities/component/default/${name}`, { as });

  it('says that an entity can be built', async () => {
    const { body } = await status('app');
    expect(body).toMatchObject({
      state: 'Ready',
      repositoryUrl: 'https://git.example.com/team/app.git',
      image: 'registry.example.com/default/app',
      mayBuild: true,
      mayAdminister: false,
      statistics: { finished: 0, succeeded: 0 },
    });
    expect((await status('app', 'stranger')).body.mayBuild).toBe(false);
    expect((await status('app', 'admin')).body.mayAdminister).toBe(true);
  });

  it('says what is missing', async () => {
    const notEnabled = await status('not-enabled');
    expect(notEnabled.body).toMatchObject({ state: 'NotEnabled' });
    expect(notEnabled.body.snippet).toContain('buildog.dev/config: default');
    const elsewhere = await status('elsewhere');
    expect(elsewhere.body).toMatchObject({
      state: 'SourceNotAllowed',
      message: 'The host 10.0.0.1 is not public.',
    });
  });

  it.each([
    ['none', 'owner', 404],
    ['hidden', 'owner', 404],
    ['app', 'blind', 403],
    ['app', 'nobody', 401],
    ['a%00b', 'owner', 400],
  ])('answers %s for %s with %d', async (name, as, expected) => {
    expect((await status(name, as)).status).toBe(expected);
  });

  it('lists branches to those who may build', async () => {
    const path = '/v1/entities/component/default/app/branches';
    const { body } = await current.api.get(path);
    expect(body).toEqual({
      defaultBranch: 'main',
      branches: [{ name: 'main', revision: 'a'.repeat(40) }],
    });
    expect((await current.api.get(path, { as: 'stranger' })).status).toBe(403);
  });

  it.each([
    ['Infrastructure', 503],
    ['User', 422],
  ] as const)('answers a %s failure of git', async (category, expected) => {
    current.api.context.listBranches = async () => {
      throw new SourceError(
        { code: 'GitRemotePrivate', category, message: 'It wants a password.' },
        { retryable: false },
      );
    };
    const { status: got, body } = await current.api.get(
      '/v1/entities/component/default/app/branches',
    );
    expect(got).toBe(expected);
    expect(body.error).toMatchObject({
      code: 'GitRemotePrivate',
      message: 'It wants a password.',
    });
  });
});
