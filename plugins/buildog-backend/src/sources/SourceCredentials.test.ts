import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SourceCredentials } from './SourceCredentials';
import { temporaryFolder } from '../testing/temporaryFolder';

const folder = temporaryFolder('credentials');
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const credentials = new SourceCredentials(
  [
    { host: 'git.test', username: 'all', password: 'p-all' },
    {
      host: 'git.test',
      pathPrefix: 'team-a',
      username: 'a',
      passwordFile: file('password', 'p-a\n'),
    },
    {
      host: 'git.test',
      privateKeyFile: file('key', 'KEY'),
      knownHostsFile: file('known', 'HOSTS'),
    },
  ],
  async url =>
    url.startsWith('https://hub.test/')
      ? { username: 'x-access-token', password: 't' }
      : undefined,
);

describe('SourceCredentials', () => {
  it.each([
    ['https://git.test/team-a/x.git', 'a', 'p-a'],
    ['https://git.test/team-a', 'a', 'p-a'],
    ['https://git.test/team-ab/x.git', 'all', 'p-all'],
    ['https://GIT.test/other', 'all', 'p-all'],
    ['https://hub.test/o/r', 'x-access-token', 't'],
  ])('for %s is %s', async (url, username, password) =>
    expect(await credentials.find(url)).toMatchObject({
      type: 'https',
      username,
      password,
    }),
  );

  it.each([
    'https://git.test:8443/x',
    'https://git.test.evil.test/x',
    'https://evilgit.test/x',
    'http://hub.test/o/r',
    'ssh://git@other.test/x',
  ])('has none for %s', async url =>
    expect(await credentials.find(url)).toBeUndefined(),
  );

  it.each(['ssh://git@git.test/team-a/x', 'git@git.test:team-a/x'])(
    'uses the key for %s',
    async url =>
      expect(await credentials.find(url)).toEqual({
        type: 'ssh',
        host: 'git.test',
        privateKey: 'KEY',
        knownHosts: 'HOSTS',
      }),
  );
});
