import type { ServerResponse } from 'node:http';
import { mockServices } from '@backstage/backend-test-utils';
import type { V1ConfigMap } from '@kubernetes/client-node';
import { FakeApiServer, refuse } from '../testing/FakeApiServer';
import { ResourceWatch } from './ResourceWatch';

/** Serves lists of its items and keeps watches open. */
class World {
  items: string[] = ['a'];
  version = 10;
  watches: ServerResponse[] = [];
  /** Instead of the ordinary answer, once. */
  fault: ((kind: string, response: ServerResponse) => boolean) | undefined;
  readonly log: string[] = [];
  readonly health: boolean[] = [];
  readonly server = new FakeApiServer(({ query }, response) => {
    const kind = query.get('watch') ? 'watch' : 'list';
    if (this.fault?.(kind, response)) return undefined;
    if (kind === 'list') {
      return {
        metadata: { resourceVersion: String(this.version) },
        items: this.items.map(name => ({ metadata: { name } })),
      };
    }
    response.write(' \n'.trimStart());
    response.flushHeaders();
    this.watches.push(response);
    return undefined;
  });

  send(type: string, name: string, version: number): void {
    this.watches.at(-1)?.write(
      `${JSON.stringify({
        type,
        object: { metadata: { name, resourceVersion: String(version) } },
      })}\n`,
    );
  }

  /** Queries of the watches so far, without what never changes. */
  versions(): (string | null)[] {
    return this.server.requests
      .filter(request => request.query.get('watch'))
      .map(request => request.query.get('resourceVersion'));
  }
}

async function until(holds: () => boolean, milliseconds = 5_000) {
  const deadline = Date.now() + milliseconds;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('did not come true');
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

describe('ResourceWatch', () => {
  let world: World;
  let stop: AbortController;
  let running: Promise<void>;

  const run = async (silenceMs?: number) => {
    const { log, health } = world;
    const watch = new ResourceWatch<V1ConfigMap>({
      client: await world.server.client(),
      logger: mockServices.logger.mock(),
      path: '/api/v1/things',
      labelSelector: 'a=b',
      onList: items =>
        log.push(`list ${items.map(item => item.metadata?.name).join()}`),
      onChange: (type, item) => log.push(`${type} ${item.metadata?.name}`),
      onHealth: healthy => health.push(healthy),
      silenceMs,
      maxBackoffMs: 20,
    });
    running = watch.run(stop.signal);
    await until(() => world.watches.length === 1);
  };

  beforeEach(async () => {
    world = new World();
    stop = new AbortController();
    await world.server.start();
  });
  afterEach(async () => {
    stop.abort();
    await running;
    await world.server.stop();
  });

  it('lists, then tells each change, with the selector on both', async () => {
    await run();
    world.send('ADDED', 'b', 11);
    world.send('MODIFIED', 'b', 12);
    world.send('BOOKMARK', '', 13);
    world.send('DELETED', 'a', 14);
    await until(() => world.log.length === 4);
    expect(world.log).toEqual(['list a', 'ADDED b', 'MODIFIED b', 'DELETED a']);
    expect(
      world.server.requests.map(request => request.query.get('labelSelector')),
    ).toEqual(['a=b', 'a=b']);
    expect(world.health).toEqual([true]);
  });

  it('goes on from the last version after an orderly end', async () => {
    await run();
    world.send('BOOKMARK', '', 99);
    await new Promise(resolve => setTimeout(resolve, 300));
    world.watches[0].end();
    await until(() => world.watches.length === 2);
    expect(world.versions()).toEqual(['10', '99']);
    expect(world.log).toEqual(['list a']);
  });

  it('does not spin when every watch ends at once', async () => {
    world.fault = (kind, response) => {
      if (kind === 'list') return false;
      response.end();
      return true;
    };
    const ended = run().catch(() => {});
    await new Promise(resolve => setTimeout(resolve, 1_100));
    expect(world.server.requests.length).toBeLessThan(10);
    world.fault = undefined;
    await ended;
  });

  it('lists anew when its version has expired, by answer or by event', async () => {
    await run();
    world.watches[0].write(
      `${JSON.stringify({
        type: 'ERROR',
        object: { code: 410, message: 'too old' },
      })}\n`,
    );
    world.items = ['a', 'missed'];
    await until(() => world.watches.length === 2);
    expect(world.log).toEqual(['list a', 'list a,missed']);
    // An expired version is no reason to mistrust what was heard.
    expect(world.health).toEqual([true, true]);

    world.fault = (kind, response) => {
      if (kind === 'list') return false;
      world.fault = undefined;
      refuse(response, 410, 'Gone');
      return true;
    };
    world.watches[1].destroy();
    await until(() => world.watches.length === 3);
    expect(world.log.length).toBeGreaterThanOrEqual(3);
  });

  it('lists anew after a broken connection', async () => {
    await run();
    world.server.breakConnections();
    await until(() => world.watches.length === 2);
    expect(world.log).toEqual(['list a', 'list a']);
    expect(world.health).toEqual([true, false, true]);
  });

  it('comes back after the API server was away', async () => {
    await run();
    const { port } = world.server;
    await world.server.stop();
    await until(() => world.health.at(-1) === false);
    const second = new World();
    second.items = ['restarted'];
    await second.server.start(port);
    Object.assign(second, { log: world.log, health: world.health });
    await until(() => second.watches.length === 1);
    expect(world.health.at(-1)).toBe(true);
    await second.server.stop();
  });

  it('notices a watch that died without a word', async () => {
    await run(150);
    await until(() => world.watches.length === 2);
    expect(world.log).toEqual(['list a', 'list a']);
  });

  it('waits as long as a busy server asks it to', async () => {
    let refused = 0;
    world.fault = (kind, response) => {
      if (kind !== 'list' || refused > 0) return false;
      refused += 1;
      refuse(response, 429, 'busy', { 'retry-after': '2' });
      return true;
    };
    const began = performance.now();
    await run();
    expect(performance.now() - began).toBeGreaterThan(1_900);
  });
});
