import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildApp } from '../../scripts/demo/buildApp.ts';
import { say } from '../../scripts/setup/say.mjs';
import { down } from '../cluster/down.ts';
import { up } from '../cluster/up.ts';
import { admission } from './admission/admission.ts';
import { builds } from './build/build.ts';
import { firstLine } from './firstLine/firstLine.ts';
import { memory } from './memory/memory.ts';
import type { Bench, Report } from './support/Bench.ts';
import { BenchContext, PORTAL_PORT } from './support/BenchContext.ts';
import { describeMachine, type Machine } from './support/machine.ts';
import { printReport } from './support/printReport.ts';

const root = resolve(import.meta.dirname, '../..');
const results = join(root, 'test-results', 'bench');
const benches: Bench[] = [admission, ...builds, firstLine, memory];

const usage = `Usage: node test/bench/cli.ts [NAME]... [--rounds N] [--keep]

Measures on a cluster of its own, named bench, and prints ratios, goals,
figures and every sample; test-results/bench has them as JSON.
--rounds N  how often each bench repeats itself; each has a default
--keep      leaves the cluster up for the next run

${benches.map(({ name, about }) => `${name.padEnd(12)}${about}`).join('\n')}
`;

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const wanted = positionals.map(name => {
    const found = benches.find(bench => bench.name === name);
    if (!found) throw new Error(`no bench is called ${name}\n\n${usage}`);
    return found;
  });
  const rounds =
    values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)) {
    throw new Error(`--rounds ${values.rounds}: use a whole number from 1 on`);
  }
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const machine = describeMachine();
  if (!existsSync(join(root, 'packages', 'app', 'dist', 'index.html'))) {
    await buildApp('app');
  }
  const cluster = await up('bench', [PORTAL_PORT]);
  const context = await BenchContext.prepare(cluster, rounds);
  let failed = false;
  try {
    for (const bench of wanted.length > 0 ? wanted : benches) {
      say(`${bench.name}: ${bench.about}`);
      try {
        await write(bench.name, await bench.run(context), machine);
      } catch (error) {
        // The others are still worth having.
        failed = true;
        process.stderr.write(`${bench.name}: ${(error as Error).stack}\n`);
      }
    }
  } finally {
    await context.close();
    if (!values.keep) await down('bench', { forget: true });
  }
  return failed ? 1 : 0;
}

/** Prints a report, and keeps it as JSON with every sample. */
async function write(
  name: string,
  report: Report,
  machine: Machine,
): Promise<void> {
  process.stdout.write(printReport(name, report, machine));
  await mkdir(results, { recursive: true });
  const stamp = machine.date.replace(/[:.]/g, '-');
  await writeFile(
    join(results, `${name}-${stamp}.json`),
    JSON.stringify({ bench: name, machine, ...report }, undefined, 1),
  );
}

// Whoever interrupts it must not leave a portal behind: those end at `exit`.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => process.exit(1));
}

main().then(
  code => {
    process.exitCode = code;
  },
  (error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  },
);
