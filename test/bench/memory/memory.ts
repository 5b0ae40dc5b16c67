import { join } from 'node:path';
import type { BuildogClient } from '../../e2e/support/BuildogClient.ts';
import type { Bench, Series } from '../support/Bench.ts';
import type { BenchContext, PortalSettings } from '../support/BenchContext.ts';
import type { BenchPortal } from '../support/BenchPortal.ts';
import { removeJobs } from '../support/removeJobs.ts';
import { percentile } from '../support/statistics.ts';
import type { ResidentMemory } from './residentMemory.ts';
import { settledMemory } from './settledMemory.ts';

const HISTORY = 200;
/** So many of the history ran to their end; the others were canceled at once, which takes minutes less. */
const BUILT = 40;
const RUNNING = 20;
/** Builds of the history that run at once. */
const AT_ONCE = 4;
const GOAL_MB = 80;

/** Small jobs, so that twenty fit on one small node; and nothing ends them. */
const SETTINGS: NodeJS.ProcessEnv = {
  APP_CONFIG_buildog_defaults_resources: JSON.stringify({
    ...{ memory: '384Mi', ephemeralStorage: '1Gi', cpu: '10m' },
  }),
  APP_CONFIG_buildog_defaults_deadline: '3h',
};

/** `memory`: see `about`. A round is one start of each backend. */
export const memory: Bench = {
  name: 'memory',
  about: `Memory of the backend with ${HISTORY} builds in its history and ${RUNNING} running, over the same backend without Buildog`,
  async run(context) {
    const portal = await context.startPortal(withEntry(false));
    const after: ResidentMemory[] = [];
    const restarted: ResidentMemory[] = [];
    const without: ResidentMemory[] = [];
    try {
      await fill(context, portal);
      after.push(...(await settledMemory(portal)));
      for (let round = 0; round < (context.rounds ?? 3); round++) {
        await portal.backend.stop();
        without.push(...(await measureWithout(context)));
        await portal.start();
        await readSomething(portal);
        restarted.push(...(await settledMemory(portal)));
      }
    } finally {
      await portal.stop();
      await removeJobs(context.api, context.namespace);
    }
    return report({ after, restarted, without });
  },
};

function withEntry(absent: boolean): PortalSettings {
  return {
    entry: join(import.meta.dirname, 'backend.mjs'),
    env: { ...SETTINGS, ...(absent && { BENCH_WITHOUT_BUILDOG: '1' }) },
  };
}

/** Real builds, whose logs and images were read, signed and tagged; then canceled ones. */
async function fill(context: BenchContext, portal: BenchPortal): Promise<void> {
  const client = await portal.client();
  const small = await context.pushRepository('small');
  let started = 0;
  const worker = async () => {
    while (started < HISTORY) {
      const runs = started++ < BUILT;
      await build(client, 'small', small, async id => {
        if (!runs) await client.cancel(id);
        const { phase } = await client.untilFinished(id, 600_000);
        if (phase !== (runs ? 'Succeeded' : 'Canceled')) {
          throw new Error(`build ${id} is ${phase}`);
        }
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const wait = await context.pushRepository('wait', { SECONDS: '10000' });
  const begin = () =>
    build(client, 'wait', wait, async id => {
      await client.until(
        id,
        'to run its RUN step',
        ({ tasks }) => tasks[0]?.phase === 'Building',
        600_000,
      );
    });
  await Promise.all(Array.from({ length: RUNNING }, begin));
}

async function build(
  client: BuildogClient,
  component: string,
  revision: string,
  then: (id: string) => Promise<void>,
): Promise<void> {
  const { id } = await client.start(`component:default/${component}`, {
    revision,
  });
  await then(id);
}

async function measureWithout(
  context: BenchContext,
): Promise<ResidentMemory[]> {
  const portal = await context.startPortal(withEntry(true));
  try {
    await readSomething(portal);
    return await settledMemory(portal);
  } finally {
    await portal.stop();
  }
}

/** The same to both: what any use of a portal brings into memory. */
async function readSomething(portal: BenchPortal): Promise<void> {
  const headers = { authorization: `Bearer ${await portal.guestToken()}` };
  for (let index = 0; index < 50; index++) {
    const url = `${portal.backend.baseUrl}/api/catalog/entities/by-name/component/default/small`;
    await (await fetch(url, { headers })).text();
  }
}

function report(found: Record<string, ResidentMemory[]>) {
  const { after, restarted, without } = found;
  const median = (samples: ResidentMemory[], key: keyof ResidentMemory) =>
    percentile(
      samples.map(sample => sample[key]),
      0.5,
    );
  const over = (
    name: string,
    samples: ResidentMemory[],
    key: keyof ResidentMemory,
  ) => ({
    name: `${name}, ${key.toUpperCase()} over the backend without Buildog, medians`,
    value: median(samples, key) - median(without, key),
    ...{ below: GOAL_MB, unit: 'MB' as const },
  });
  const series = (name: string, samples: ResidentMemory[]): Series[] =>
    (['rss', 'pss'] as const).map(key => ({
      name: `${name}, ${key.toUpperCase()}`,
      unit: 'MB',
      samples: samples.map(sample => sample[key]),
    }));
  return {
    series: [
      ...series(`the process that took all ${HISTORY}`, after),
      ...series('with Buildog, started again', restarted),
      ...series('without Buildog', without),
    ],
    ratios: [
      {
        name: 'with Buildog, started again / without, RSS, medians',
        value: median(restarted, 'rss') / median(without, 'rss'),
      },
    ],
    goals: [
      over(`the process that took all ${HISTORY}`, after, 'rss'),
      over(`the process that took all ${HISTORY}`, after, 'pss'),
      over('started again', restarted, 'rss'),
      over('started again', restarted, 'pss'),
    ],
    notes: [
      `with Buildog: ${HISTORY} builds in the history (${BUILT} built, the others canceled), ${RUNNING} running, SQLite, logs in the database; both run from source, so what transforms TypeScript is in both`,
    ],
  };
}
