import type { Build } from '@buildog/plugin-buildog-common';
import { type PostgresServer, startPostgres } from '../../run/postgres.ts';
import { countCreates } from '../support/auditLog.ts';
import type { BuildogClient } from '../support/BuildogClient.ts';
import { builders } from '../support/builders.ts';
import type { Demo } from '../support/Demo.ts';
import { expect, type OpenPortal, test } from '../support/fixtures.ts';
import { HealthLog } from '../support/HealthLog.ts';
import { apiServerOf, outage } from '../support/outage.ts';
import type { Portal } from '../support/Portal.ts';
import { waitUntil } from '../support/waitUntil.ts';

const [scheduler] = builders();

test.describe('an outage of 20 s', () => {
  let postgres: PostgresServer;
  let portal: Portal | undefined;

  // A server of its own, so that stopping it stops nobody else.
  test.beforeAll(async () => {
    postgres = await startPostgres();
  });
  test.afterAll(async () => {
    await portal?.stop();
    await postgres.stop();
  });

  test('of the API server: a running build goes on, a new one waits for it', async ({
    demo,
    openPortal,
  }) => {
    const since = new Date();
    portal = await open(openPortal);
    const client = await portal.client();
    const { pid } = portal.backend;
    const running = await buildAtGate(demo, client, 'api-server');
    await demo.pushFixture('gate', { DOOR: 'always' });
    demo.gate.open('always');
    const health = new HealthLog(client);
    let asked = '';

    await outage(apiServerOf(demo.state.cluster.name), async () => {
      asked = (await client.start('component:default/gate')).id;
      const waiting = await client.until(asked, 'to say what it waits for', b =>
        b.events.some(event => event.type === 'Retrying'),
      );
      expect(waiting.phase).toBe('Running');
      expect(waiting.tasks[0].attempts).toMatchObject([{ phase: 'Requested' }]);
      expect(
        waiting.events.find(event => event.type === 'Retrying')?.message,
      ).toMatch(/API server cannot be reached/);
    });
    expect((await client.get(running.id)).phase).toBe('Running');
    demo.gate.open('api-server');

    await expectOneAttempt(client, running.id);
    await expectOneAttempt(client, asked);
    await health.stop();
    // Builds wait, and their pages say for what; the controller is well.
    expect(health.answers.filter(answer => answer.status !== 200)).toEqual([]);
    expect(portal.backend.pid).toBe(pid);
    expectCreates(demo, since, 2);
  });

  test('of PostgreSQL: a running build goes on, and health says what is away', async ({
    demo,
    openPortal,
  }) => {
    const since = new Date();
    portal = await open(openPortal);
    const client = await portal.client();
    const { pid } = portal.backend;
    const running = await buildAtGate(demo, client, 'postgres');
    const health = new HealthLog(client);

    const server = { stop: postgres.halt, start: postgres.start };
    await outage(server, async () => {
      const refused = await client.request('POST', 'builds', {
        entityRef: 'component:default/gate',
      });
      expect(refused.status).toBeGreaterThanOrEqual(500);
      await waitUntil(
        'health to turn red',
        async () => health.first(503),
        19_000,
      );
      expect(health.first(503)?.message).toMatch(/database does not answer/);
      // Ends while nobody can write it down.
      demo.gate.open('postgres');
    });
    await waitUntil(
      'health to turn green',
      async () => health.answers.at(-1)?.status === 200,
    );
    await expectOneAttempt(client, running.id);
    await health.stop();
    expect(portal.backend.pid).toBe(pid);
    expectCreates(demo, since, 1);
  });

  function open(openPortal: OpenPortal): Promise<Portal> {
    return openPortal({
      scheduler,
      postgres: postgres.connectionString,
      // The probe for user namespaces is a job as well, and jobs are counted.
      env: { BUILDOG_HOST_USERS: 'off' },
    });
  }
});

/** A build whose `RUN` stands at a door of its own. */
async function buildAtGate(
  demo: Demo,
  client: BuildogClient,
  door: string,
): Promise<Build> {
  await demo.pushFixture('gate', { DOOR: door }, 'crash');
  const { id } = await client.start('component:default/crash');
  await waitUntil('the build at the gate', async () =>
    demo.gate.wasAsked(door),
  );
  return client.get(id);
}

/** It succeeds at its first attempt, with each line of its log once. */
async function expectOneAttempt(
  client: BuildogClient,
  id: string,
): Promise<void> {
  const build = await client.untilFinished(id);
  expect(build.phase, build.reason?.message).toBe('Succeeded');
  expect(build.tasks[0].attempts).toHaveLength(1);
  const log = await client.log(build);
  expect(log.match(/^waiting at the gate/gm)).toHaveLength(1);
}

function expectCreates(demo: Demo, since: Date, builds: number): void {
  const { auditLog } = demo.state.cluster;
  for (const resource of ['jobs', 'pods'] as const) {
    expect(
      countCreates(auditLog, resource, demo.namespace, since),
      resource,
    ).toBe(builds);
  }
}
