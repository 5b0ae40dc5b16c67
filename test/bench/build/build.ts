import type { Bench, Report } from '../support/Bench.ts';
import type { BenchContext } from '../support/BenchContext.ts';
import type { BenchPortal } from '../support/BenchPortal.ts';
import { Registry } from '../support/Registry.ts';
import { percentile } from '../support/statistics.ts';
import { buildByHand } from './buildByHand.ts';
import { buildPlain } from './buildPlain.ts';
import type { BuildSubject, BuildTimes } from './BuildSubject.ts';
import { buildWithBuildog } from './buildWithBuildog.ts';
import { ensureLargeImage } from './ensureLargeImage.ts';
import { templateOf } from './templateOf.ts';

/** Who builds, in the order of the first round. */
const RIVALS = {
  Buildog: buildWithBuildog,
  'the same pod by hand': buildByHand,
  'plain kaniko job': buildPlain,
} satisfies Record<string, (subject: BuildSubject) => Promise<BuildTimes>>;

type Rival = keyof typeof RIVALS;

/**
 * A build's `RUN` may need the room twice: unpacked, and in the layout. One
 * tag, as the others move one, with a name that is known beforehand.
 */
const SETTINGS = {
  APP_CONFIG_buildog_defaults_tagTemplate: JSON.stringify('{shortSha}'),
  APP_CONFIG_buildog_defaults_resources: JSON.stringify({
    memory: '4Gi',
    ephemeralStorage: '12Gi',
  }),
};

function bench(
  name: string,
  component: BuildSubject['component'],
  about: string,
  rounds: number,
  replacements: (context: BenchContext) => Promise<Record<string, string>>,
): Bench {
  return {
    name,
    about: `${about}: from POST to the tag moved, against the identical pod applied by hand and against a plain kaniko job that pushes itself`,
    async run(context) {
      const revision = await context.pushRepository(
        component,
        await replacements(context),
      );
      const portal = await context.startPortal({ env: SETTINGS });
      try {
        return await measure(context, portal, {
          ...{ component, revision },
          rounds: context.rounds ?? rounds,
        });
      } finally {
        await portal.stop();
      }
    },
  };
}

/** The three sizes that a build is measured with; a round is one build by each rival. */
export const builds: Bench[] = [
  bench(
    'build',
    'small',
    'A whole build of a small image',
    10,
    async () => ({}),
  ),
  bench(
    'build-large',
    'large',
    'A small change on a base of 2 GiB that is in the registry',
    3,
    async context => ({ LARGE: await ensureLargeImage(context) }),
  ),
  bench('build-fresh', 'fresh', 'A new layer of 2 GiB', 3, async () => ({})),
];

async function measure(
  context: BenchContext,
  portal: BenchPortal,
  what: Pick<BuildSubject, 'component' | 'revision'> & { rounds: number },
): Promise<Report> {
  const { component, revision, rounds } = what;
  const client = await portal.client();
  const subject: BuildSubject = {
    ...{ context, client, component, revision },
    registry: new Registry(context.cluster),
    template: await templateOf(context, client, component, revision),
  };
  const found = new Map<Rival, BuildTimes[]>();
  const names = Object.keys(RIVALS) as Rival[];
  for (let round = 0; round < rounds; round++) {
    // Each goes first, second and third equally often.
    for (let place = 0; place < names.length; place++) {
      const name = names[(round + place) % names.length];
      const times = await RIVALS[name](subject);
      found.set(name, [...(found.get(name) ?? []), times]);
    }
  }
  return report(found);
}

function report(found: Map<Rival, BuildTimes[]>): Report {
  const whole = (name: Rival) => found.get(name)!.map(times => times.whole);
  const median = (name: Rival) => percentile(whole(name), 0.5);
  const byHand = median('Buildog') / median('the same pod by hand');
  const afterwards = (name: Rival) =>
    found.get(name)!.flatMap(times => times.afterwards ?? []);
  return {
    series: [
      ...[...found.keys()].map(name => ({
        ...{ name: `${name}: request to tag moved`, unit: 's' as const },
        samples: whole(name).map(ms => ms / 1000),
      })),
      ...(['Buildog', 'the same pod by hand'] as const).map(name => ({
        name: `${name}: last container ended to tag moved`,
        unit: 'ms' as const,
        samples: afterwards(name),
      })),
    ],
    ratios: [
      { name: 'Buildog / the same pod by hand, medians', value: byHand },
      {
        name: 'Buildog / plain kaniko job, medians',
        value: median('Buildog') / median('plain kaniko job'),
      },
    ],
    goals: [
      {
        name: 'Buildog / the same pod by hand, medians',
        ...{ value: byHand, below: 1.1, unit: '×' },
      },
    ],
    notes: [
      `${
        found.get('Buildog')!.length
      } builds by each, interleaved; Buildog also verifies, signs and verifies the signature before it moves the tag`,
    ],
  };
}
