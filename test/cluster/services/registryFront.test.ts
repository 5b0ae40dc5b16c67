import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayPass } from './registryFront.ts';

const owner = { username: 'pusher', password: 'secret' };
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

for (const [method, path, authorization, expected] of [
  ['GET', '/v2/a/manifests/1', undefined, true],
  ['HEAD', '/v2/a/blobs/sha256:0', undefined, true],
  ['GET', '/v2/', undefined, false], // else clients would send no credential with a push
  ['GET', '/v2/?x', undefined, false],
  ['GET', '/v2/', basic('pusher:secret'), true],
  ['GET', '/v2/a/manifests/1', basic(':'), true], // how some clients say "nobody"
  ['GET', '/v2/a/manifests/1', basic('pusher:wrong'), false],
  ['POST', '/v2/a/blobs/uploads/', undefined, false],
  ['POST', '/v2/a/blobs/uploads/', basic(':'), false],
  ['PUT', '/v2/a/manifests/1', basic('pusher:wrong'), false],
  ['PUT', '/v2/a/manifests/1', basic('other:secret'), false],
  ['PUT', '/v2/a/manifests/1', 'Bearer secret', false],
  ['DELETE', '/v2/a/manifests/1', undefined, false],
  ['PUT', '/v2/a/manifests/1', basic('pusher:secret'), true],
] as const) {
  test(`${method} ${path} with ${authorization ?? 'nothing'}: ${
    expected ? 'passes' : 'does not pass'
  }`, () => {
    assert.equal(mayPass(method, path, authorization, owner), expected);
  });
}
