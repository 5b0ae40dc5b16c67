import { ReleaseError } from '../release/ReleaseError';
import { reason } from '../domain/reason';
import { describeStore } from '../store/__testUtils__/describeStore';
import { newBuild } from '../store/__testUtils__/newBuild';
import { DIGEST } from './__testUtils__/FakeCluster';
import { createWorld, quickOptions } from './__testUtils__/harness';
import type { World } from './__testUtils__/harness';
import type { BuildController } from './BuildController';

jest.setTimeout(60_000);

describeStore('releasing', {}, current => {
  let world: World;
  let controller: BuildController | undefined;

  beforeEach(async () => {
    world = await createWorld(current.knex);
  });

  afterEach(async () => {
    await controller?.stop();
  });

  const build = async (override?: Parameters<World['controller']>[0]) => {
    controller = world.controller(override);
    await controller.start();
    const { build: row } = await world.store.insertBuild(newBuild());
    controller.wake(row.id);
    return row.id;
  };
  const away = (retryable: boolean) =>
    new ReleaseError(
      reason('RegistryUnreachable', 'The registry stopped answering.'),
      { retryable },
    );

  it.each(['verify', 'sign', 'move'] as const)(
    'tries %s again while the registry is away',
    async step => {
      world.registry.failure = { step, error: away(true), times: 1 };
      const end = await world.until(await build(), 'Succeeded');
      expect(end.build.phase).toBe('Succeeded');
      expect(world.cluster.created).toHaveLength(1);
      const events = await world.store.listEvents(end.build.id);
      expect(events).toContainEqual(
        expect.objectContaining({
          type: 'Retrying',
          message: 'The registry stopped answering.',
        }),
      );
    },
  );

  it.each([
    ['verify', 'Verifying'],
    ['sign', 'Signing'],
  ] as const)(
    'fails when %s is refused for good, and moves no tag',
    async (step, phase) => {
      world.registry.failure = { step, error: away(false), times: 1 };
      const end = await world.until(await build(), 'Failed');
      expect(end.build).toMatchObject({
        phase: 'Failed',
        reason: { code: 'RegistryUnreachable' },
      });
      expect(end.build.phaseTimes[phase]).toBeDefined();
      expect(end.tasks[0].digest).toBe(DIGEST);
      expect(world.registry.moves).toEqual([]);
    },
  );

  it('says which tags were moved when it gives up in between', async () => {
    const releaser = world.registry.releaser();
    const end = await world.until(
      await build({
        releaser: {
          ...releaser,
          moveTag: async (request, options) => {
            if (request.tag === 'main') throw away(true);
            return releaser.moveTag(request, options);
          },
        },
        options: {
          ...quickOptions,
          lifecycle: { ...quickOptions.lifecycle, releaseSeconds: 1 },
        },
      }),
      'Failed',
    );
    expect(end.build.reason).toMatchObject({
      code: 'TagsPartlyMoved',
      message:
        '1 of 2 tags were moved, then: The registry stopped answering. Not moved: registry.example.com/payments-api:main.',
    });
    expect(end.build.movedTags.map(tag => tag.state)).toEqual([
      'Moved',
      'Failed',
    ]);
    expect(world.registry.moves).toHaveLength(1);
  });

  it('waits for a build that is moving the same tag', async () => {
    const tag = {
      repository: 'registry.example.com/payments-api',
      tag: 'main',
    };
    const other = {
      buildId: '5d9f2c1e-0000-4000-8000-00000000beef',
      number: 1,
      sequence: 1,
    };
    await world.store.claimTag(tag, { ...other, leaseMs: 60_000 });
    const id = await build();
    const waiting = await (async () => {
      for (;;) {
        const now = await world.store.getBuild(id);
        if (now?.build.tries) return now;
        await new Promise(resolve => setTimeout(resolve, 10));
      }
    })();
    expect(waiting.build.phase).toBe('Tagging');
    await world.store.releaseTag(tag, { ...other, moved: false });
    expect((await world.until(id, 'Succeeded')).build.phase).toBe('Succeeded');
  });

  it('decides anew when somebody changed the build in between', async () => {
    const releaser = world.registry.releaser();
    const end = await world.until(
      await build({
        releaser: {
          ...releaser,
          verify: async (images, options) => {
            await world.store.requestCancel(
              (
                await world.store.listBuilds({ limit: 1 })
              ).items[0].build.id,
              'user:default/guest',
            );
            return releaser.verify(images, options);
          },
        },
      }),
      'Canceled',
    );
    expect(end.build.phase).toBe('Canceled');
    expect(world.registry.moves).toEqual([]);
    expect(world.cluster.workloads.size).toBe(0);
  });
});
