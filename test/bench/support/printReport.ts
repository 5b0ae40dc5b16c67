import type { Report, Series } from './Bench.ts';
import type { Machine } from './machine.ts';
import { summarize } from './statistics.ts';

/** A report for people: ratios and goals first, then figures, then every sample. */
export function printReport(
  name: string,
  report: Report,
  machine: Machine,
): string {
  const { series, ratios, goals, notes } = report;
  return [
    `## ${name}, ${machine.date}`,
    `${machine.cores} cores (${machine.processor}), ${
      machine.memoryGiB
    } GiB, kernel ${machine.kernel}, ${machine.distribution}, Node ${
      machine.node
    }; load ${machine.load.toFixed(2)} before`,
    '',
    ...ratios.map(ratio => `${ratio.value.toFixed(2)}×  ${ratio.name}`),
    ...goals.map(
      goal =>
        `${goal.value < goal.below ? 'met   ' : 'MISSED'}  ${
          goal.name
        }: ${figure(goal.value)} ${goal.unit}, goal < ${goal.below} ${
          goal.unit
        }`,
    ),
    '',
    ...series.filter(({ samples }) => samples.length > 0).map(line),
    ...notes.map(note => `note: ${note}`),
    '',
    'samples, in the order they were taken:',
    ...series.map(
      ({ name: label, unit, samples }) =>
        `${label} [${unit}]: ${samples.map(figure).join(' ')}`,
    ),
    '',
  ].join('\n');
}

function line({ name, unit, samples }: Series): string {
  const { count, p50, p95, min, max } = summarize(samples);
  const columns = [
    ['p50', p50],
    ['p95', p95],
    ['min', min],
    ['max', max],
  ].map(([label, value]) => `${label} ${figure(value as number).padStart(6)}`);
  return `${name.padEnd(58)} ${columns.join('  ')} ${unit}  n ${count}`;
}

function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(value < 10 ? 2 : 1);
}
