import { describeStore } from '../store/__testUtils__/describeStore';
import { newBuild } from '../store/__testUtils__/newBuild';
import type { DatabaseBuildStore } from '../store/DatabaseBuildStore';
import { DIGEST } from './__testUtils__/FakeCluster';
import { createWorld } from './__testUtils__/harness';
import type { World } from './__testUtils__/harness';
import type { FaultPoint } from './FaultPoint';

jest.setTimeout(120_000);

/**
 * A process that dies at its n-th fault point: from then on nothing it does
 * reaches the store, and its lease stays until it ends by itself.
 */
function mortal(world: World, dieAt: number) {
  let count = 0;
  let dead = false;
  const points: string[] = [];
  const faults: FaultPoint = (point, phase) => {
    if (dead) throw new Error('dead');
    points.push(`${point}:${phase}`);
    count += 1;
    if (count === dieAt) {
      dead = true;
      throw new Error('killed');
    }
  };
  const store: DatabaseBuildStore = new Proxy(world.store, {
    get(target, property) {
      const value = Reflect.get(target, property);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        if (dead) throw new Error('dead');
        return value.apply(target, args);
      };
    },
  });
  return { faults, store, points, isDead: () => dead };
}

describeStore('a crash', {}, current => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld(current.knex);
  });

  const runThrough = async (dieAt: number) => {
    const process = mortal(world, dieAt);
    const first = world.controller(process);
    await first.start();
    const { build } = await world.store.insertBuild(
      newBuild({
        entityRef: `component:default/c${dieAt}`,
        inputs: { revision: undefined },
      }),
    );
    first.wake(build.id);
    while (!process.isDead()) {
      const now = await world.store.getBuild(build.id);
      const tidy = now?.attempts.every(a => a.removedAt && a.logsSettledAt);
      if (now?.build.phase === 'Succeeded' && tidy) break;
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    const second = world.controller();
    await second.start();
    const end = await world.untilTidy(build.id);
    await second.stop();
    await first.stop().catch(() => {});
    return { process, end };
  };

  it('between any two steps ends in the same build with one workload', async () => {
    const whole = await runThrough(Infinity);
    const total = whole.process.points.length;
    expect(whole.process.points).toEqual(
      expect.arrayContaining([
        'after-act:Pending',
        'before-commit:Queued',
        'after-commit:Queued',
        'after-act:Queued',
        'before-commit:Running',
        'after-commit:Running',
        'after-act:Running',
        'after-commit:Verifying',
        'after-act:Verifying',
        'after-commit:Tagging',
        'after-act:Tagging',
        'after-commit:Succeeded',
      ]),
    );
    for (let dieAt = 1; dieAt <= total; dieAt++) {
      world.cluster.created.length = 0;
      world.registry.moves.length = 0;
      const { end, process } = await runThrough(dieAt);
      const at = `${dieAt} (${process.points[dieAt - 1]})`;
      expect([at, end.build.phase]).toEqual([at, 'Succeeded']);
      expect([at, world.cluster.created.length]).toEqual([at, 1]);
      expect([at, end.attempts.length]).toEqual([at, 1]);
      expect([at, world.cluster.workloads.size]).toEqual([at, 0]);
      expect(end.build.movedTags.map(tag => tag.digest)).toEqual([
        DIGEST,
        DIGEST,
      ]);
      const events = await world.store.listEvents(end.build.id);
      const phases = events.map(event => event.type);
      expect([at, phases.length]).toEqual([at, new Set(phases).size]);
    }
  });
});
