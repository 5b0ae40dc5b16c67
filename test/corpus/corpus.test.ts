import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BuildKit } from './builders/BuildKit.ts';
import type { CorpusBuilder } from './builders/CorpusBuilder.ts';
import { chosenBuilders, startBuilder } from './builders/startBuilders.ts';
import { listCases, prepareCase } from './cases.ts';
import { knownDifferences } from './differences.ts';
import {
  listedCases,
  neverFound,
  unexplained,
} from './differences/KnownDifference.ts';
import { judge, type Outcome, outcomeOf } from './judge.ts';
import { Workbench } from './Workbench.ts';

/*
 * Every Dockerfile of `cases/`, built by BuildKit and by each builder that
 * BUILDOG_CORPUS_BUILDER names: the same files and configuration, but for what
 * `differences/` lists. A difference that is not listed fails, and so does a
 * listed one that is no more.
 */

const cases = await listCases();
const names = chosenBuilders();
const builders = new Map<string, CorpusBuilder>();
const everything = new Map(names.map(name => [name, [] as string[]]));
let bench: Workbench | undefined;
let oracle: BuildKit | undefined;

before(async () => {
  bench = await Workbench.start();
  const registry = bench.registry.host;
  oracle = await BuildKit.start({ folder: join(bench.folder, 'bk'), registry });
  for (const name of names) {
    const builder = await startBuilder(name, bench);
    if (builder) builders.set(name, builder);
  }
});

after(async () => {
  for (const builder of builders.values()) await builder.close();
  await oracle?.close();
  await bench?.stop();
});

for (const each of cases) {
  test(each.name, async t => {
    assert.ok(bench && oracle);
    const { folder, hosts } = bench;
    const prepared = await prepareCase(each, join(folder, 'cases'), hosts);
    const results = join(folder, 'results');
    const expected = await outcomeOf(oracle, prepared, results);
    expectRefusal(expected, each.settings.expectError, 'BuildKit');
    for (const name of names) {
      const builder = builders.get(name);
      if (!builder) {
        t.diagnostic(`this machine has no ${name}`);
        continue;
      }
      const outcome = await outcomeOf(builder, prepared, results);
      const found = judge(
        { outcome: expected, builder: oracle },
        { outcome, builder },
      );
      const whats = found.map(({ what }) => what);
      everything.get(name)?.push(...whats);
      const lines = found.map(
        ({ what, expected: left, actual }) =>
          `\n  ${what}: ${left} -> ${actual}`,
      );
      assert.deepEqual(
        unexplained(whats, each.name, knownDifferences[name]),
        { unlisted: [], gone: [] },
        `${name} differs from BuildKit:${lines.slice(0, 40).join('')}\n`,
      );
      // In its own words, but for the reason that the case is about.
      if (name === 'buildog' && whats.length === 0)
        expectRefusal(outcome, each.settings.expectError, name);
    }
  });
}

for (const name of names) {
  test(`all that is listed for ${name} is there`, t => {
    if (!builders.has(name)) return t.diagnostic(`this machine has no ${name}`);
    const known = knownDifferences[name];
    const all = cases.map(each => each.name);
    assert.deepEqual(
      listedCases(known).filter(listed => !all.includes(listed)),
      [],
    );
    assert.deepEqual(neverFound(everything.get(name) ?? [], known), []);
    return undefined;
  });
}

function expectRefusal(
  outcome: Outcome,
  expected: string | undefined,
  name: string,
): void {
  if (expected === undefined) {
    assert.ok('images' in outcome, `${name}: ${Object.values(outcome)}`);
  } else {
    assert.ok('refusal' in outcome, `${name} builds what is to be refused`);
    assert.match(outcome.refusal, new RegExp(expected, 'i'), name);
  }
}
