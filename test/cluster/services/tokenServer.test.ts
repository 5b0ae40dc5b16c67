import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { test } from 'node:test';
import { grant, signToken } from './tokenServer.ts';

const teamA = { push: ['team-a/*'], pull: ['team-a/*', 'public/*'] };
const repository = (name: string, ...actions: string[]) => ({
  type: 'repository',
  name,
  actions,
});

for (const [what, scopes, expected] of [
  [
    'its own repository',
    ['repository:team-a/x:pull,push'],
    [repository('team-a/x', 'pull', 'push')],
  ],
  [
    'deeper paths',
    ['repository:team-a/x/y:push'],
    [repository('team-a/x/y', 'push')],
  ],
  ["somebody else's", ['repository:team-b/x:pull,push'], []],
  ['a name that only looks like its own', ['repository:team-ab/x:push'], []],
  [
    'a public one: only pull',
    ['repository:public/x:pull,push'],
    [repository('public/x', 'pull')],
  ],
  [
    'two in one scope',
    ['repository:team-a/x:pull repository:team-b/x:pull'],
    [repository('team-a/x', 'pull')],
  ],
  [
    'two scopes',
    ['repository:team-a/x:push', 'repository:public/y:pull'],
    [repository('team-a/x', 'push'), repository('public/y', 'pull')],
  ],
  ['the catalogue', ['registry:catalog:*'], []],
  ['everything at once', ['repository:team-a/x:*'], []],
  ['nonsense', ['', 'repository', 'repository:team-a/x', 'x:y:z'], []],
] as const) {
  test(`scopes: ${what}`, () =>
    assert.deepEqual(grant(scopes, teamA), expected));
}

test('a token is signed with ES256 and names its key', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
  });
  const token = signToken(
    { sub: 'x' },
    privateKey.export({ type: 'pkcs8', format: 'pem' }),
  );
  const [head, body, signature] = token.split('.');
  const key = {
    key: createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })),
    dsaEncoding: 'ieee-p1363' as const,
  };
  assert.ok(
    verify(
      'sha256',
      Buffer.from(`${head}.${body}`),
      key,
      Buffer.from(signature, 'base64url'),
    ),
  );
  assert.deepEqual(JSON.parse(Buffer.from(head, 'base64url').toString()), {
    typ: 'JWT',
    alg: 'ES256',
    kid: 'registry-token',
  });
});
