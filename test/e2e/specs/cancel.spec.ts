import type { Build, BuildPhase } from '@buildog/plugin-buildog-common';
import { countCreates } from '../support/auditLog.ts';
import type { BuildogClient } from '../support/BuildogClient.ts';
import { builders } from '../support/builders.ts';
import type { Demo } from '../support/Demo.ts';
import { expect, test } from '../support/fixtures.ts';
import { podProcesses } from '../support/podProcesses.ts';
import type { Portal, PortalOptions } from '../support/Portal.ts';
import { waitUntil } from '../support/waitUntil.ts';

const [scheduler] = builders();

/** One build at a time, so that the next one waits in the queue. */
const options: PortalOptions = {
  scheduler,
  env: {
    APP_CONFIG_buildog_limits_concurrency: '1',
    // The probe for user namespaces is a job as well, and jobs are counted.
    BUILDOG_HOST_USERS: 'off',
  },
};

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
    test(`${when} leaves no job, no pod, no process and no tag`, async ({
      demo,
      openPortal,
    }) => {
      await demo.pushFixture('forever');
      const portal = await openPortal(options);
      const client = await portal.client();

      const started = await client.start('component:default/forever');
      await client.until(started.id, `to be ${phases}`, build =>
        phases.includes(build.phase),
      );
      if (building) await untilEndless(client, started.id);
      const pods = await podsOf(demo, started.id);
      if (building) {
        expect(pods.flatMap(podProcesses).join('\n')).toContain('sleep 1');
      }
      const build = await cancel(client, started.id);
      await expectNothingLeft(demo, build, pods);
      expect(
        await demo.registry.digestOf(`${demo.image('forever')}:main`),
      ).toBeUndefined();
      // A second press of the button changes nothing.
      expect(await client.cancel(build.id)).toMatchObject({
        phase: 'Canceled',
        finishedAt: build.finishedAt,
      });
    });
  }

  test('in the queue makes no job', async ({ demo, openPortal }) => {
    await demo.pushFixture('forever');
    await demo.pushFixture('gate');
    const portal = await openPortal(options);
    const client = await portal.client();
    const first = await client.start('component:default/forever');
    await untilEndless(client, first.id);
    const since = new Date();

    const second = await client.start('component:default/gate');
    const queued = await client.until(
      second.id,
      'to say what it waits for',
      build => build.phase === 'Queued' && build.queue !== undefined,
    );
    expect(queued.queue?.position).toBe(1);
    const canceled = await cancel(client, second.id);
    expect(canceled.tasks.flatMap(task => task.attempts)).toEqual([]);
    const running = await client.get(first.id);
    expect(running.phase).toBe('Running');
    const { auditLog } = demo.state.cluster;
    expect(countCreates(auditLog, 'jobs', demo.namespace, since)).toBe(0);
    await expectNothingLeft(demo, await cancel(client, first.id), []);
  });

  for (const phase of ['Verifying', 'Signing'] as const) {
    test(`in ${phase} leaves the tag where it was`, async ({
      demo,
      openPortal,
    }) => {
      const portal = await openPortal(options);
      const tag = `${demo.image('gate')}:main`;
      const before = await untilTagged(demo, await portal.client(), tag);
      await heldIn(phase, demo, portal, async (client, held) => {
        expect(held.allowed.cancel).toBe(true);
        const pods = await podsOf(demo, held.id);
        const canceled = await cancel(client, held.id);
        await expectNothingLeft(demo, canceled, pods);
        // What was published stays, unreferenced.
        expect(canceled.tasks[0].digest).toMatch(/^sha256:/);
        expect(canceled.tasks[0].digest).not.toBe(before);
        expect(await demo.registry.digestOf(tag)).toBe(before);
      });
    });
  }

  test('is not offered any more in Tagging', async ({ demo, openPortal }) => {
    const portal = await openPortal(options);
    const id = await heldIn('Tagging', demo, portal, async (client, held) => {
      expect(held.allowed.cancel).toBe(false);
      const path = `builds/${held.id}/cancel`;
      const { status, body } = await client.request('POST', path, {});
      expect(status).toBe(409);
      expect(body.error.message).toBe(
        `#${held.number} is moving its tags and can't be canceled any more.`,
      );
    });
    // The next backend goes on where that one stood.
    const build = await (await portal.client()).untilFinished(id);
    expect(build.phase, build.reason?.message).toBe('Succeeded');
    expect(build.cancelRequestedAt).toBeUndefined();
    expect(await demo.registry.digestOf(`${demo.image('gate')}:main`)).toBe(
      build.digest,
    );
  });
});

/**
 * Runs a backend that holds a new build in a phase, as slow work would, and
 * then an ordinary one again.
 * @returns the build's id.
 */
async function heldIn(
  phase: BuildPhase,
  demo: Demo,
  portal: Portal,
  look: (client: BuildogClient, held: Build) => Promise<void>,
): Promise<string> {
  await portal.backend.stop();
  await portal.backend.start({
    BUILDOG_TEST_FAULT: `after-commit:${phase}:pause`,
  });
  try {
    const client = await portal.client();
    const { id } = await startOpen(demo, client);
    const inPhase = (build: Build) => build.phase === phase;
    await look(client, await client.until(id, `to be ${phase}`, inPhase));
    return id;
  } finally {
    await portal.backend.stop();
    await portal.backend.start();
  }
}

/** What a tag points to; of a first build where there is none. */
async function untilTagged(
  demo: Demo,
  client: BuildogClient,
  tag: string,
): Promise<string> {
  const digest = await demo.registry.digestOf(tag);
  if (digest) return digest;
  const { id } = await startOpen(demo, client);
  const build = await client.untilFinished(id);
  expect(build.phase, build.reason?.message).toBe('Succeeded');
  return build.digest!;
}

/** Builds the gate's repository with content of its own, and its door open. */
async function startOpen(demo: Demo, client: BuildogClient) {
  const door = `open-${Date.now()}`;
  demo.gate.open(door);
  await demo.pushFixture('gate', { DOOR: door });
  return client.start('component:default/gate');
}

async function untilEndless(client: BuildogClient, id: string): Promise<void> {
  await waitUntil('the log of the endless step', async () =>
    (
      await client.log(await client.get(id))
    ).includes('running until somebody stops me'),
  );
}

/** Uids of a build's pods as they are now. */
async function podsOf(demo: Demo, id: string): Promise<string[]> {
  const selector = `buildog.dev/build=${id}`;
  const pods = await demo.kubectl.list('pods', demo.namespace, selector);
  return pods.map(pod => pod.metadata.uid);
}

async function cancel(client: BuildogClient, id: string): Promise<Build> {
  await client.cancel(id);
  const build = await client.untilFinished(id);
  expect(build.phase).toBe('Canceled');
  expect(build.cancelRequestedBy).toBe('user:default/guest');
  return build;
}

async function expectNothingLeft(
  demo: Demo,
  build: Build,
  pods: string[],
): Promise<void> {
  await waitUntil(
    'job and pod to be gone',
    async () => (await demo.workloads(build.id)).length === 0,
  );
  await waitUntil(
    'every process to be gone',
    async () => pods.flatMap(podProcesses).length === 0,
  );
}
