import { atRate } from '../support/atRate.ts';
import type { Bench, Report } from '../support/Bench.ts';
import type { BenchContext } from '../support/BenchContext.ts';
import { removeJobs } from '../support/removeJobs.ts';
import { percentile } from '../support/statistics.ts';
import { waitUntil } from '../../e2e/support/waitUntil.ts';
import { type AdmissionTimes, measureAdmission } from './measureAdmission.ts';

const SECONDS = 30;
/** Requests a second, with the 95th percentile that the project aims at, in ms. */
const RATES = [
  { perSecond: 2, goal: 50 },
  { perSecond: 20, goal: 100 },
];
/** Code that never ran is slow; a portal in use has run it. */
const WARM_UP = { perSecond: 10, seconds: 3 };

/** Measured by others on a machine of 2 cores, not here. */
const PEERS =
  'for reference, measured earlier on another such machine: Tekton TaskRun at 2/s, create call 9 / 26 ms and request to pod object 19 / 27 ms (p50 / p95); at 10/s 10 / 15 ms and 8.3 / 16.5 s; bare Job at 5/s, create call 4 / 6 ms';

/** `admission`: see `about`. A round is both rates on both databases. */
export const admission: Bench = {
  name: 'admission',
  about:
    'POST /v1/builds (commit given, no node takes the Jobs) to the Job created in the API server, at 2/s and 20/s for 30 s, beside bare Jobs of the same manifest',
  async run(context) {
    const revision = await context.pushRepository('small');
    const found = new Map<string, AdmissionTimes>();
    for (let round = 0; round < (context.rounds ?? 3); round++) {
      for (const database of ['SQLite', 'PostgreSQL'] as const) {
        await measureDatabase(context, database, revision, found);
      }
    }
    return report(found);
  },
};

async function measureDatabase(
  context: BenchContext,
  database: 'SQLite' | 'PostgreSQL',
  revision: string,
  found: Map<string, AdmissionTimes>,
): Promise<void> {
  const { api, namespace } = context;
  const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  const portal = await context.startPortal({
    postgres: database === 'PostgreSQL' ? await context.postgres() : undefined,
    nodeSelector: { 'bench.example.test/node': 'none' },
  });
  try {
    const client = await portal.client();
    await atRate(WARM_UP, () =>
      client.start('component:default/small', { revision }),
    );
    const { pid } = portal.backend;
    if (pid === undefined) throw new Error('the portal is not running');
    const [like] = await waitUntil('the first Jobs to be there', async () => {
      const made = await api.list(jobs);
      return made.length >= WARM_UP.perSecond * WARM_UP.seconds && made;
    });
    for (const { perSecond } of RATES) {
      const times = await measureAdmission(context, {
        ...{ client, revision, perSecond, like, pid },
        seconds: SECONDS,
      });
      const key = `${database}, ${perSecond}/s`;
      found.set(key, join(found.get(key), times));
    }
  } finally {
    await portal.stop();
    await removeJobs(api, namespace);
  }
}

function join(
  before: AdmissionTimes | undefined,
  times: AdmissionTimes,
): AdmissionTimes {
  if (!before) return times;
  return {
    postToJob: [...before.postToJob, ...times.postToJob],
    postToAnswer: [...before.postToAnswer, ...times.postToAnswer],
    bareToJob: [...before.bareToJob, ...times.bareToJob],
    bareToAnswer: [...before.bareToAnswer, ...times.bareToAnswer],
    refused: before.refused + times.refused,
    queuedUp: before.queuedUp + times.queuedUp,
    cpu: {
      backend: before.cpu.backend + times.cpu.backend,
      controlPlane: before.cpu.controlPlane + times.cpu.controlPlane,
      machine: before.cpu.machine + times.cpu.machine,
      possible: before.cpu.possible + times.cpu.possible,
    },
  };
}

function report(found: Map<string, AdmissionTimes>): Report {
  const entries = [...found];
  const p95 = (samples: number[]) => percentile(samples, 0.95);
  return {
    series: entries.flatMap(([key, times]) => [
      ms(`${key}: POST to Job created`, times.postToJob),
      ms(`${key}: POST to answer`, times.postToAnswer),
      ms(`${key}: bare Job, create to created`, times.bareToJob),
      ms(`${key}: bare Job, create to answer`, times.bareToAnswer),
    ]),
    ratios: entries.map(([key, times]) => ({
      name: `${key}: POST to Job created / bare Job created, p95`,
      value: p95(times.postToJob) / p95(times.bareToJob),
    })),
    goals: entries.map(([key, times]) => ({
      name: `${key}: POST to Job created, p95`,
      value: p95(times.postToJob),
      below: RATES.find(rate => key.endsWith(`, ${rate.perSecond}/s`))!.goal,
      unit: 'ms' as const,
    })),
    notes: [
      ...entries.map(
        ([key, times]) =>
          `${key}: ${times.queuedUp} of ${
            times.postToAnswer.length
          } builds without a Job one second after the last answer, ${
            times.refused
          } requests refused; ${cpuOf(times)}`,
      ),
      PEERS,
    ],
  };
}

/** Where the processor's time went, for each build. */
function cpuOf({ cpu, postToAnswer }: AdmissionTimes): string {
  const each = (ms: number) => (ms / postToAnswer.length).toFixed(0);
  const share = ((100 * cpu.machine) / cpu.possible).toFixed(0);
  return `processor time for each build: backend ${each(
    cpu.backend,
  )} ms, control plane ${each(
    cpu.controlPlane,
  )} ms (the bare Jobs' share included); the machine was ${share} % busy`;
}

function ms(name: string, samples: number[]) {
  return { name, unit: 'ms' as const, samples };
}
