import type { BuildPhase } from '@buildog/plugin-buildog-common';
import { builders } from '../support/builders.ts';
import { expect, test } from '../support/fixtures.ts';
import { waitUntil } from '../support/waitUntil.ts';

const [scheduler] = builders();

/** Where a build is stopped: in that phase, or where its log says so. */
const MOMENTS: { when: string; phases: BuildPhase[]; building?: boolean }[] = [
  {
    when: 'as soon as it was asked for',
    phases: ['Pending', 'Queued', 'Running'],
  },
  { when: 'while its job starts', phases: ['Running'] },
  {
    when: 'while a RUN step ignores SIGTERM',
    phases: ['Running'],
    building: true,
  },
];

test.describe('cancel', () => {
  for (const { when, phases, building } of MOMENTS) {
    test(`${when} leaves no job, no pod and no tag`, async ({
      demo,
      openPortal,
    }) => {
      await demo.pushFixture('forever');
      const portal = await openPortal({ scheduler });
      const client = await portal.client();
      const tag = `${demo.image('forever')}:main`;

      const started = await client.start('component:default/forever');
      await client.until(started.id, `to be ${phases}`, build =>
        phases.includes(build.phase),
      );
      if (building) {
        await waitUntil('the log of the endless step', async () =>
          (
            await client.log(await client.get(started.id))
          ).includes('running until somebody stops me'),
        );
      }
      await client.cancel(started.id);
      const build = await client.untilFinished(started.id);

      expect(build.phase).toBe('Canceled');
      expect(build.cancelRequestedBy).toBe('user:default/guest');
      await waitUntil(
        'everything to be gone',
        async () => (await demo.workloads(build.id)).length === 0,
      );
      expect(await demo.registry.digestOf(tag)).toBeUndefined();
      // A second press of the button changes nothing.
      const again = await client.cancel(build.id);
      expect(again).toMatchObject({
        phase: 'Canceled',
        finishedAt: build.finishedAt,
      });
    });
  }
});
