import type { Bench, Series } from '../support/Bench.ts';
import type { BenchContext } from '../support/BenchContext.ts';
import { percentile } from '../support/statistics.ts';
import { type LineTimes, measureLines } from './measureLines.ts';

const TRANSPORTS = ['follow', 'sidecar'] as const;
const GOAL_MS = 500;

/** `first-line`: see `about`. A round is one build with each transport. */
export const firstLine: Bench = {
  name: 'first-line',
  about:
    'From a container printing a line to the line at a client of the log stream, with both log transports',
  async run(context) {
    const revision = await context.pushRepository('echo', {
      NODE: context.cluster.images.node,
    });
    const found = new Map<string, LineTimes[]>();
    const rounds = context.rounds ?? 10;
    // A portal has one transport; changing it often would measure starts.
    for (const half of [Math.ceil(rounds / 2), Math.floor(rounds / 2)]) {
      for (const transport of TRANSPORTS) {
        const times = await measureTransport(
          context,
          transport,
          revision,
          half,
        );
        found.set(transport, [...(found.get(transport) ?? []), ...times]);
      }
    }
    const of = (transport: string, key: keyof LineTimes) =>
      found.get(transport)!.map(times => times[key]);
    return {
      series: TRANSPORTS.flatMap((transport): Series[] => [
        ms(`${transport}: RUN prints to client`, of(transport, 'printed')),
        ms(
          `${transport}: RUN's line at kubelet to client`,
          of(transport, 'logged'),
        ),
        ms(
          `${transport}: builder's first line to client`,
          of(transport, 'first'),
        ),
      ]),
      ratios: [],
      goals: TRANSPORTS.map(transport => ({
        name: `${transport}: RUN prints to client, p50`,
        ...{ value: percentile(of(transport, 'printed'), 0.5), unit: 'ms' },
        below: GOAL_MS,
      })),
      notes: [`${rounds} builds with each transport, one after the other`],
    };
  },
};

async function measureTransport(
  context: BenchContext,
  logTransport: 'follow' | 'sidecar',
  revision: string,
  rounds: number,
): Promise<LineTimes[]> {
  const portal = await context.startPortal({ logTransport });
  try {
    const client = await portal.client();
    const token = await portal.guestToken();
    const times: LineTimes[] = [];
    // The first build pulls images and runs code that never ran: not counted.
    for (let round = -1; round < rounds; round++) {
      const found = await measureLines(portal.backend.baseUrl, {
        ...{ client, token, revision },
      });
      if (round >= 0) times.push(found);
    }
    return times;
  } finally {
    await portal.stop();
  }
}

function ms(name: string, samples: number[]): Series {
  return { name, unit: 'ms', samples };
}
