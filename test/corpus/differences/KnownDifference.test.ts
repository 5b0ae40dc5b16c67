import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type KnownDifference,
  listedCases,
  neverFound,
  unexplained,
} from './KnownDifference.ts';

const known: readonly KnownDifference[] = [
  { reason: 'one', cases: { a: ['/x mode', '/etc/* mode × 2'] } },
  { reason: 'all', cases: { '*': ['config Labels'], b: ['/[ type'] } },
];

test('explains what is listed, and nothing else', () => {
  const found = ['/etc/p mode', '/etc/q mode', '/x mode', 'config Labels'];
  assert.deepEqual(unexplained(found, 'a', known), { unlisted: [], gone: [] });
  assert.deepEqual(unexplained(['/[ type'], 'b', known), {
    ...{ unlisted: [], gone: [] },
  });
  assert.deepEqual(unexplained([...found, '/y mode'], 'a', known).unlisted, [
    '/y mode',
  ]);
  assert.deepEqual(unexplained(['/x mode'], 'c', known).unlisted, ['/x mode']);
});

test('reports what is listed and not there, and another number', () => {
  const found = ['/etc/p mode', '/x mode'];
  assert.deepEqual(unexplained(found, 'a', known), {
    unlisted: [],
    gone: ['/etc/* mode × 2: there are 1'],
  });
  assert.deepEqual(unexplained([], 'b', known).gone, ['/[ type: there are 0']);
});

test('reports what is listed for every case and is in none', () => {
  assert.deepEqual(neverFound(['config Labels'], known), []);
  assert.deepEqual(neverFound(['/x mode'], known), ['config Labels']);
  assert.deepEqual(listedCases(known), ['a', 'b']);
});
