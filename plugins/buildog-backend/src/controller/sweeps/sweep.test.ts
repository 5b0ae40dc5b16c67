import { describeStore } from '../../store/__testUtils__/describeStore';
import { newBuild } from '../../store/__testUtils__/newBuild';
import { hold } from '../__testUtils__/FakeCluster';
import { eventually } from '../__testUtils__/eventually';
import { createWorld, quickOptions } from '../__testUtils__/harness';
import type { World } from '../__testUtils__/harness';
import { prepareJob } from '../prepareJob';
import { sweep } from './sweep';

jest.setTimeout(60_000);

describeStore('sweep', {}, current => {
  let world: World;
  const signal = new AbortController().signal;

  beforeEach(async () => {
    world = await createWorld(current.knex);
  });

  /** A build that runs, with its workload. */
  const running = async () => {
    world.cluster.behaviour = hold;
    const controller = world.controller();
    await controller.start();
    const { build } = await world.store.insertBuild(newBuild());
    controller.wake(build.id);
    await eventually(() => expect(world.cluster.created).toHaveLength(1));
    await eventually(async () => {
      const now = await world.store.getBuild(build.id);
      expect(now?.attempts[0].phase).toBe('Created');
    });
    await controller.stop();
    return build.id;
  };

  it('leaves workloads of running builds alone', async () => {
    await running();
    const memory = { unknown: new Set<string>() };
    await sweep(world.dependencies(), memory, signal);
    await sweep(world.dependencies(), memory, signal);
    expect(world.cluster.workloads.size).toBe(1);
  });

  it('ends a workload whose removal was given up', async () => {
    await running();
    await current.knex('attempts').update({ removed_at: new Date() });
    await sweep(world.dependencies(), { unknown: new Set() }, signal);
    expect(world.cluster.workloads.size).toBe(0);
  });

  it('ends workloads that the database does not know, at the second look', async () => {
    const id = await running();
    const snapshot = await world.store.getBuild(id);
    const [attempt] = snapshot!.attempts;
    const job = await prepareJob(world.dependencies(), {
      installationId: 'i',
      build: snapshot!.build,
      plan: snapshot!.build.plan!,
      task: snapshot!.tasks[0],
      attempt: {
        ...attempt,
        id: '5d9f2c1e-0000-4000-8000-00000000dead',
        name: 'buildog-of-a-lost-database',
      },
    });
    await world.cluster.runner().start(job, { signal });
    const memory = { unknown: new Set<string>() };
    await sweep(world.dependencies(), memory, signal);
    expect(world.cluster.workloads.size).toBe(2);
    await sweep(world.dependencies(), memory, signal);
    expect([...world.cluster.workloads.keys()]).toEqual([attempt.name]);
  });

  it('purges old logs, deletes old builds and logs of nobody', async () => {
    const { build: old } = await world.store.insertBuild(newBuild());
    const { build: logs } = await world.store.insertBuild(newBuild());
    const { build: young } = await world.store.insertBuild(newBuild());
    const nobody = '5d9f2c1e-0000-4000-8000-00000000dead';
    for (const buildId of [old.id, logs.id, young.id, nobody]) {
      await world.logStore.append(
        { buildId, attemptId: 'a', container: 'build' },
        0,
        Buffer.from('x\n'),
      );
    }
    const days = (n: number) => new Date(Date.now() - n * 86_400_000);
    for (const [id, finished_at] of [
      [old.id, days(100)],
      [logs.id, days(40)],
      [young.id, days(1)],
    ] as const) {
      await current
        .knex('builds')
        .where({ id })
        .update({ phase: 'Failed', finished_at, next_wake_at: null });
    }
    const options = {
      ...quickOptions,
      retention: { ...quickOptions.retention, keepPerConfig: 1 },
    };
    await sweep(
      world.dependencies({ options }),
      { unknown: new Set() },
      signal,
    );
    expect(await world.store.getBuild(old.id)).toBeUndefined();
    expect(await world.store.getBuild(logs.id)).toBeDefined();
    expect(await world.logStore.listBuilds({ limit: 10 })).toEqual([young.id]);
  });

  it('goes on with the rest when one part fails', async () => {
    const { build } = await world.store.insertBuild(newBuild(), {
      idempotency: { key: 'k', scope: 's', requestHash: 'h' },
    });
    await current
      .knex('idempotency_keys')
      .update({ created_at: new Date(Date.now() - 2 * 86_400_000) });
    const logStore = Object.assign(Object.create(world.logStore), {
      listBuilds: async () => {
        throw new Error('no disk');
      },
    });
    await sweep(
      world.dependencies({ logStore }),
      { unknown: new Set() },
      signal,
    );
    expect(await current.knex('idempotency_keys')).toEqual([]);
    expect(await world.store.getBuild(build.id)).toBeDefined();
  });
});
