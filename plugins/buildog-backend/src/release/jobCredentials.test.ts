import { Credential } from '@buildog/oci';
import { jobCredentials } from './jobCredentials';

const anonymous = { find: async () => undefined };

describe('jobCredentials', () => {
  it('gives init the credential of its repository', async () => {
    const credential = {
      type: 'https' as const,
      host: 'git.test',
      username: 'u',
      password: 'p',
    };
    const { forSource } = jobCredentials(
      { find: async () => credential },
      anonymous,
    );
    const files = await forSource('https://git.test/a.git');
    expect(JSON.parse(files['source.json'])).toEqual(credential);
  });

  it.each([
    [Credential.basic('u', 'p'), { auth: 'dTpw' }],
    [Credential.identityToken('t'), { identitytoken: 't' }],
    [Credential.registryToken('t'), { registrytoken: 't' }],
  ])('gives publish %s for one repository only', async (credential, entry) => {
    const { forPush } = jobCredentials(anonymous, {
      find: async () => credential,
    });
    const files = await forPush('r.test/team/app');
    expect(JSON.parse(files['docker-config.json'])).toEqual({
      auths: { 'r.test/team/app': entry },
    });
  });

  it('gives nothing where there is nothing', async () => {
    const { forSource, forPush } = jobCredentials(anonymous, anonymous);
    expect(await forSource('https://git.test/a.git')).toEqual({});
    expect(await forPush('r.test/app')).toEqual({});
  });
});
