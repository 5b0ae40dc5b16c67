import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterPaths } from './paths.ts';

test('a cluster of the same name in another cache folder has another id', t => {
  t.after(() => delete process.env.BUILDOG_CACHE);
  process.env.BUILDOG_CACHE = '/a';
  const a = clusterPaths('dev').id;
  process.env.BUILDOG_CACHE = '/b';
  assert.notEqual(clusterPaths('dev').id, a);
});

for (const name of [
  '',
  'Dev',
  '1a',
  'a_b',
  '../a',
  'a/b',
  'a-',
  'a'.repeat(21),
]) {
  test(`the cluster name "${name}" is refused`, () => {
    assert.throws(() => clusterPaths(name), /at most 20 lower-case letters/);
  });
}
