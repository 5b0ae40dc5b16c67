import { RunnerError, SourceError } from '@buildog/plugin-buildog-node';
import { describeStore } from '../store/__testUtils__/describeStore';
import { newBuild } from '../store/__testUtils__/newBuild';
import {
  DIGEST,
  ended,
  hold,
  initResult,
  publishResult,
  showPod,
  started,
} from './__testUtils__/FakeCluster';
import { eventually } from './__testUtils__/eventually';
import { createWorld, quickOptions } from './__testUtils__/harness';
import type { World } from './__testUtils__/harness';
import type { BuildController } from './BuildController';

jest.setTimeout(60_000);

describeStore('BuildController', {}, current => {
  let world: World;
  const running: BuildController[] = [];

  beforeEach(async () => {
    world = await createWorld(current.knex);
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map(controller => controller.stop()));
  });

  const start = async (
    ...args: Parameters<World['controller']>
  ): Promise<BuildController> => {
    const controller = world.controller(...args);
    await controller.start();
    running.push(controller);
    return controller;
  };
  const request = async (...args: Parameters<typeof newBuild>) => {
    const { build } = await world.store.insertBuild(newBuild(...args));
    return build;
  };

  it('brings a build from its request to moved tags, then tidies up', async () => {
    const tag = 'registry.example.com/payments-api:main';
    world.registry.tags.set(tag, 'sha256:before');
    const controller = await start();
    const { id } = await request({ inputs: { revision: undefined } });
    controller.wake(id);
    const { build, tasks, attempts } = await world.untilTidy(id);
    expect(build).toMatchObject({
      phase: 'Succeeded',
      branch: 'main',
      subject: 'Retry card capture on 409 conflict',
      signed: 'Signed',
      images: [{ digest: DIGEST, size: 4321 }],
    });
    expect(build.movedTags).toEqual([
      expect.objectContaining({ state: 'Moved', digest: DIGEST }),
      {
        reference: tag,
        state: 'Moved',
        digest: DIGEST,
        previousDigest: 'sha256:before',
      },
    ]);
    expect(world.registry.tags.get(tag)).toBe(DIGEST);
    expect(tasks).toMatchObject([{ phase: 'Built', digest: DIGEST }]);
    expect(attempts).toMatchObject([{ phase: 'Exited', number: 1 }]);
    expect(world.cluster.created).toHaveLength(1);
    expect(world.cluster.removed).toEqual(world.cluster.created);
    expect((await world.store.listEvents(id)).map(event => event.type)).toEqual(
      [
        'Requested',
        'Resolved',
        'Queued',
        'Running',
        'Verifying',
        'Scanning',
        'Signing',
        'Tagging',
        'Succeeded',
      ],
    );
  });

  it('delivers every phase once, in order', async () => {
    const controller = await start();
    const { id } = await request();
    controller.wake(id);
    await world.until(id, 'Succeeded');
    await eventually(() => expect(world.delivered).toHaveLength(7));
    expect(world.delivered.map(message => message.phase)).toEqual([
      'Queued',
      'Running',
      'Verifying',
      'Scanning',
      'Signing',
      'Tagging',
      'Succeeded',
    ]);
  });

  it('finds builds nobody woke it for, and lets replicas share the work', async () => {
    if (current.databaseId !== 'SQLITE_3') await start();
    await start();
    const builds = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        request({ entityRef: `component:default/c${i}` }),
      ),
    );
    for (const { id } of builds) {
      expect((await world.untilTidy(id)).build.phase).toBe('Succeeded');
    }
    expect(world.cluster.created).toHaveLength(6);
    expect(new Set(world.cluster.created).size).toBe(6);
  });

  it('explains a failed step by its line, and keeps the step counts', async () => {
    const steps = [
      ['FROM', 'FROM alpine'],
      ['RUN', 'RUN make'],
      ['RUN', 'RUN make test'],
    ].map(([instruction, text], index) => ({
      number: index + 1,
      line: index + 11,
      endLine: index + 11,
      stage: 0,
      stageStep: index + 1,
      instruction,
      text,
    }));
    const at = '2026-11-21T10:00:00.000000001Z';
    world.cluster.behaviour = workload => {
      workload.logs = {
        init: `${at} ::buildog ${JSON.stringify({
          event: 'dockerfile',
          path: 'Dockerfile',
          steps,
          total: 3,
        })}\n`,
        build: `${at} STEP 1: FROM alpine\n${at} STEP 2: RUN make\n${at} CACHED\n${at} STEP 3: RUN make test\n${at} boom\n${at} error: exit status 2\n`,
      };
      showPod(workload, [ended('init', 0, initResult()), ended('build', 1)]);
    };
    const controller = await start();
    const { id } = await request();
    controller.wake(id);
    const { build, attempts } = await world.untilTidy(id);
    expect(build.phase).toBe('Failed');
    expect(build.reason).toEqual({
      code: 'StepFailed',
      category: 'User',
      message: 'Line 13 ended with exit code 2.',
      exitCode: 2,
      location: {
        container: 'build',
        file: 'Dockerfile',
        line: 13,
        step: 3,
        instruction: 'RUN make test',
      },
    });
    expect(attempts).toHaveLength(1);
    const list = await controller.listSteps(id, attempts[0].id);
    expect(list.map(step => step.state)).toEqual(['Done', 'Cached', 'Failed']);
    expect(await controller.listSteps(id, 'none')).toEqual([]);
    await eventually(async () => {
      const { tasks } = await world.untilTidy(id);
      expect(tasks[0]).toMatchObject({ totalSteps: 3, cachedSteps: 1 });
    });
    expect(world.registry.moves).toEqual([]);
  });

  it('gives an infrastructure failure another attempt, and the user’s none', async () => {
    world.cluster.behaviour = workload => {
      if (world.cluster.created.length === 1) {
        showPod(workload, [], { phase: 'Failed', reason: 'NodeLost' });
      } else {
        showPod(workload, [
          ended('init', 0, initResult()),
          ended('build', 0),
          ended('publish', 0, publishResult(workload)),
        ]);
      }
    };
    const controller = await start();
    const { id } = await request();
    controller.wake(id);
    const { build, attempts } = await world.untilTidy(id);
    expect(build.phase).toBe('Succeeded');
    expect(attempts).toMatchObject([
      { phase: 'Lost', reason: { code: 'NodeLost' } },
      { phase: 'Exited' },
    ]);
    expect(world.cluster.removed).toHaveLength(2);
  });

  it('cancels a running build and leaves nothing behind', async () => {
    world.cluster.behaviour = workload =>
      showPod(workload, [ended('init', 0, initResult()), started('build')]);
    const controller = await start();
    const { id } = await request();
    controller.wake(id);
    await world.until(id, 'Running');
    await world.store.requestCancel(id, 'user:default/guest');
    controller.wake(id);
    const { build, tasks } = await world.untilTidy(id);
    expect(build).toMatchObject({
      phase: 'Canceled',
      reason: { code: 'CanceledByUser', message: 'Canceled by guest.' },
    });
    expect(tasks[0].phase).toBe('Canceled');
    expect(world.cluster.workloads.size).toBe(0);
    expect(world.registry.moves).toEqual([]);
  });

  it('cancels a build that waits for a slow git server at once', async () => {
    world.resolver.resolve.mockReset();
    const controller = await start({
      sourceResolvers: [
        {
          contractVersion: 1,
          handles: () => true,
          listBranches: async () => ({ branches: [] }),
          resolve: (_url, _ref, { signal }) =>
            new Promise((_resolve, reject) => {
              signal.addEventListener('abort', () => reject(signal.reason));
            }),
        },
      ],
    });
    const { id } = await request({ inputs: { revision: undefined } });
    controller.wake(id);
    while (controller.health().passes === 0) {
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    await world.store.requestCancel(id, 'user:default/guest');
    controller.wake(id);
    const { build } = await world.until(id, 'Canceled');
    expect(build.phase).toBe('Canceled');
    expect(world.cluster.created).toEqual([]);
  });

  it('fails what cannot be resolved, with the reason', async () => {
    world.resolver.resolve.mockReset();
    const reason = {
      code: 'GitBranchNotFound',
      category: 'User' as const,
      message: 'The branch spike/alpine no longer exists.',
    };
    const controller = await start({
      sourceResolvers: [
        {
          contractVersion: 1,
          handles: () => true,
          listBranches: async () => ({ branches: [] }),
          resolve: async () => {
            throw new SourceError(reason, { retryable: false });
          },
        },
      ],
    });
    const { id } = await request({ inputs: { revision: undefined } });
    controller.wake(id);
    expect((await world.until(id, 'Failed')).build.reason).toEqual(reason);
  });

  it('says which setting is missing', async () => {
    const controller = await start({ schedulers: new Map() });
    const { id } = await request();
    controller.wake(id);
    expect((await world.until(id, 'Failed')).build.reason).toEqual({
      code: 'SchedulerNotConfigured',
      category: 'Policy',
      message:
        'buildog.schedulers has no kaniko. Add it, or choose another scheduler.',
    });
  });

  it('outlives a cluster that is away', async () => {
    world.cluster.outage = new RunnerError(
      'Unreachable',
      'connection refused',
      {
        retryable: true,
      },
    );
    const controller = await start();
    const { id } = await request();
    controller.wake(id);
    await world.until(id, 'Running');
    while ((await world.store.getBuild(id))?.attempts[0].tries === 0) {
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    world.cluster.outage = undefined;
    expect((await world.untilTidy(id)).build.phase).toBe('Succeeded');
    expect(world.cluster.created).toHaveLength(1);
  });

  it('outlives a database that is away, and says so meanwhile', async () => {
    let away = false;
    const store = new Proxy(world.store, {
      get(target, property) {
        const value = Reflect.get(target, property);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          if (away) throw new Error('terminating connection');
          return value.apply(target, args);
        };
      },
    });
    const controller = await start({
      store,
      options: { ...quickOptions, unhealthyAfterMs: 100 },
    });
    expect(controller.health().ok).toBe(true);
    world.cluster.behaviour = hold;
    const { id } = await request();
    controller.wake(id);
    await world.until(id, 'Running');
    away = true;
    while (controller.health().ok) {
      controller.wake(id);
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    expect(controller.health().message).toMatch(/could be claimed/);
    away = false;
    const [name] = world.cluster.created;
    world.cluster.change(name, workload =>
      showPod(workload, [
        ended('init', 0, initResult()),
        ended('build', 0),
        ended('publish', 0, publishResult(workload)),
      ]),
    );
    expect((await world.untilTidy(id)).build.phase).toBe('Succeeded');
    await eventually(() => expect(controller.health().ok).toBe(true));
  });

  it('admits nothing while paused, and at once when resumed', async () => {
    const controller = await start();
    await controller.pause('user:default/admin');
    const { id } = await request();
    controller.wake(id);
    await world.until(id, 'Queued');
    expect(world.cluster.created).toEqual([]);
    expect(controller.health().mode).toBe('Paused');
    await controller.resume('user:default/admin');
    expect((await world.until(id, 'Succeeded')).build.phase).toBe('Succeeded');
    await controller.drain('user:default/admin');
    await expect(request()).rejects.toMatchObject({ code: 'Draining' });
  });

  it('lets a tag stay with the build that was admitted later', async () => {
    const controller = await start();
    const first = await request();
    controller.wake(first.id);
    await world.until(first.id, 'Succeeded');
    const second = await request();
    controller.wake(second.id);
    await world.until(second.id, 'Succeeded');
    const retry = await world.store.retryBuild(first.id, 'user:default/guest');
    controller.wake(retry.build.id);
    const { build } = await world.until(retry.build.id, 'Succeeded');
    expect(build.movedTags.map(tag => [tag.state, tag.reason])).toEqual([
      ['Skipped', '#2, admitted later, has moved this tag.'],
      ['Skipped', '#2, admitted later, has moved this tag.'],
    ]);
  });

  it('is unhealthy before it starts and after it stopped', async () => {
    const controller = world.controller();
    expect(controller.health()).toMatchObject({ ok: false });
    await controller.start();
    await controller.stop();
    expect(controller.health()).toMatchObject({ ok: false });
  });
});
