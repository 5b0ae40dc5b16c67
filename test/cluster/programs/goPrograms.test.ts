import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { goModules } from './goPrograms.ts';

for (const { module, version, programs } of goModules.filter(
  ({ module: name }) => name !== 'pause',
)) {
  test(`${module}: go.mod and go.sum pin version ${version}`, () => {
    const folder = join(import.meta.dirname, '..', 'go', module);
    const source = Object.values(programs)[0];
    const pinned = new RegExp(
      `^\\s*(\\S+) v${version.replaceAll('.', '\\.')}( // indirect)?$`,
      'gm',
    );
    const names = [
      ...readFileSync(join(folder, 'go.mod'), 'utf8').matchAll(pinned),
    ].map(match => match[1]);
    const name = names.find(
      candidate => source === candidate || source.startsWith(`${candidate}/`),
    );
    assert.ok(name, `no module of ${source} at ${version} in go.mod`);
    assert.ok(
      readFileSync(join(folder, 'go.sum'), 'utf8').includes(
        `${name} v${version} h1:`,
      ),
    );
  });
}
