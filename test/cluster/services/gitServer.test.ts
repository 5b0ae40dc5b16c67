import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseGitRequest } from './gitServer.ts';
import { parseSshCommand } from './sshGit.ts';

for (const [method, url, expected] of [
  [
    'GET',
    '/demo/a.git/info/refs?service=git-upload-pack',
    { repository: 'demo/a.git', writes: false },
  ],
  [
    'GET',
    '/demo/a.git/info/refs?service=git-receive-pack',
    { repository: 'demo/a.git', writes: true },
  ],
  [
    'POST',
    '/demo/a.git/git-upload-pack',
    { repository: 'demo/a.git', writes: false },
  ],
  [
    'POST',
    '/demo/deep/a.git/git-receive-pack',
    { repository: 'demo/deep/a.git', writes: true },
  ],
  ['GET', '/demo/a.git/git-upload-pack', undefined],
  ['GET', '/demo/a.git/info/refs', undefined], // the old protocol without a service
  ['GET', '/demo/a.git/HEAD', undefined],
  ['GET', '/../a.git/info/refs?service=git-upload-pack', undefined],
  [
    'GET',
    '/demo/%2e%2e/private/a.git/info/refs?service=git-upload-pack',
    { repository: 'private/a.git', writes: false },
  ],
  ['GET', '/demo/a..git/info/refs?service=git-upload-pack', undefined],
  ['GET', '/.git/x.git/info/refs?service=git-upload-pack', undefined],
] as const) {
  test(`${method} ${url}`, () =>
    assert.deepEqual(parseGitRequest(method, url), expected));
}

for (const [command, expected] of [
  [
    "git-upload-pack '/demo/a.git'",
    { program: 'upload-pack', repository: 'demo/a.git' },
  ],
  [
    "git receive-pack 'demo/a.git'",
    { program: 'receive-pack', repository: 'demo/a.git' },
  ],
  ["git-upload-pack '/../etc.git'", undefined],
  ["git-upload-pack '/demo/a.git'; id", undefined],
  ["git-upload-archive '/demo/a.git'", undefined],
  ['', undefined],
] as const) {
  test(`ssh command ${JSON.stringify(command)}`, () =>
    assert.deepEqual(parseSshCommand(command), expected));
}
