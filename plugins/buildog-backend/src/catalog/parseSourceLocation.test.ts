import { parseSourceLocation } from './parseSourceLocation';

describe('parseSourceLocation', () => {
  it.each([
    [
      'url:https://github.com/acme/payments/',
      'https://github.com/acme/payments',
      undefined,
      '.',
    ],
    [
      'url:https://github.com/acme/payments/tree/main/',
      'https://github.com/acme/payments',
      'main',
      '.',
    ],
    [
      'url:https://github.com/acme/mono/tree/main/services/api/',
      'https://github.com/acme/mono',
      'main',
      'services/api',
    ],
    [
      'url:https://github.com/acme/mono/blob/main/services/',
      'https://github.com/acme/mono',
      'main',
      'services',
    ],
    [
      'url:https://gitlab.com/group/sub/project/-/tree/dev/app',
      'https://gitlab.com/group/sub/project',
      'dev',
      'app',
    ],
    [
      'url:https://bitbucket.org/acme/payments/src/main/app/',
      'https://bitbucket.org/acme/payments',
      'main',
      'app',
    ],
    [
      'url:https://gitea.test/acme/payments/src/branch/main/app',
      'https://gitea.test/acme/payments',
      'main',
      'app',
    ],
    [
      'url:http://198.18.0.2:8080/demo/buildog.git',
      'http://198.18.0.2:8080/demo/buildog.git',
      undefined,
      '.',
    ],
    [
      'url:http://198.18.0.2:8080/demo/buildog.git/tree/main/deploy/images',
      'http://198.18.0.2:8080/demo/buildog.git',
      'main',
      'deploy/images',
    ],
    [
      'url:ssh://git@git.test:2222/acme/x.git',
      'ssh://git@git.test:2222/acme/x.git',
      undefined,
      '.',
    ],
  ])('%s', (annotation, repositoryUrl, branch, folder) =>
    expect(parseSourceLocation(annotation)).toEqual({
      repositoryUrl,
      ...(branch && { branch }),
      folder,
    }),
  );

  it.each([
    'file:/etc/passwd',
    'url:file:///etc/passwd',
    'url:ext::sh -c id',
    'url:https://user:canary@git.test/a/b',
    'url:https://token@git.test/a/b',
    'url:https://git.test/a/b.git/tree/main/../../etc',
    'url:https://git.test/a/b.git/tree/main/%2e%2e/etc',
    'url:https://git.test',
    'url:https://git.test/only',
    'dir:.',
    '',
  ])('finds no repository in %j', annotation =>
    expect(parseSourceLocation(annotation)).toBeUndefined(),
  );
});
