import { countCreates } from '../support/auditLog.ts';
import { builders } from '../support/builders.ts';
import { expect, test } from '../support/fixtures.ts';

const [scheduler] = builders();

/**
 * Where the backend is killed. Before a commit the phase is the one that would
 * have been entered; after it, and after acting, the one that was.
 */
const MOMENTS: Record<
  'before-commit' | 'after-commit' | 'after-act',
  string[]
> = {
  'before-commit': [
    'Queued',
    'Running',
    'Verifying',
    'Signing',
    'Tagging',
    'Succeeded',
  ],
  'after-commit': ['Queued', 'Running', 'Verifying', 'Signing', 'Tagging'],
  'after-act': ['Pending', 'Running', 'Verifying', 'Signing', 'Tagging'],
};

test.describe('a backend killed with SIGKILL', () => {
  for (const [point, phases] of Object.entries(MOMENTS)) {
    for (const phase of phases) {
      test(`${point} in ${phase} finishes the same build with one job and one pod`, async ({
        demo,
        openPortal,
      }) => {
        const since = new Date();
        await demo.pushFixture('gate', {}, 'crash');
        demo.gate.open('first');
        const portal = await openPortal({
          scheduler,
          // The probe for user namespaces is a job as well, and jobs are counted.
          env: { BUILDOG_HOST_USERS: 'off' },
          postgres:
            process.env.BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING,
        });
        await portal.backend.stop();
        await portal.backend.start({ BUILDOG_TEST_FAULT: `${point}:${phase}` });
        const client = await portal.client();
        const started = await client.start('component:default/crash');
        await portal.backend.exited();
        await portal.backend.start();

        const again = await portal.client();
        const build = await again.untilFinished(started.id);
        expect(build.phase, build.reason?.message).toBe('Succeeded');
        expect(build.tasks[0].attempts).toHaveLength(1);
        const { auditLog } = demo.state.cluster;
        for (const resource of ['jobs', 'pods'] as const) {
          expect(
            countCreates(auditLog, resource, demo.namespace, since),
            resource,
          ).toBe(1);
        }
        expect(
          await demo.registry.digestOf(`${demo.image('crash')}:main`),
        ).toBe(build.digest);
      });
    }
  }
});
