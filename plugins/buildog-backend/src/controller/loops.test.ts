import { mockServices } from '@backstage/backend-test-utils';
import type { OutboxMessage } from '../domain/OutboxMessage';
import type { ControllerStore, LeaseState } from '../store/ControllerStore';
import { eventually } from './__testUtils__/eventually';
import { faultsFromEnv } from './FaultPoint';
import { Lease } from './Lease';
import { OutboxDispatcher } from './OutboxDispatcher';
import { PassQueue } from './PassQueue';
import { supervise } from './supervise';

const logger = mockServices.logger.mock();

describe('supervise', () => {
  it('begins again after an exception and after a silent end', async () => {
    const stop = new AbortController();
    let runs = 0;
    await supervise(
      'The test',
      async () => {
        runs += 1;
        if (runs === 1) throw new Error('no');
        if (runs === 4) stop.abort();
      },
      { signal: stop.signal, logger, pauseMs: 1 },
    );
    expect(runs).toBe(4);
  });
});

describe('PassQueue', () => {
  it('works on each build once at a time, and again when it was woken', async () => {
    const ends: (() => void)[] = [];
    const log: string[] = [];
    const poked: string[] = [];
    const queue = new PassQueue(
      2,
      async id => {
        log.push(id);
        await new Promise<void>(resolve => ends.push(resolve));
      },
      id => poked.push(id),
    );
    ['a', 'b', 'c', 'a', 'a'].forEach(id => queue.add(id));
    expect(log).toEqual(['a', 'b']);
    expect(poked).toEqual(['a', 'a']);
    expect([queue.passes, queue.waitingBuilds, queue.free]).toEqual([2, 1, 0]);
    ends[0]();
    await eventually(() => expect(log).toEqual(['a', 'b', 'c']));
    ends[1]();
    await eventually(() => expect(log).toEqual(['a', 'b', 'c', 'a']));
    const closed = queue.close();
    queue.add('d');
    ends.forEach(end => end());
    await closed;
    expect(log).toHaveLength(4);
  });

  it('survives a pass that throws', async () => {
    let runs = 0;
    const queue = new PassQueue(
      1,
      async () => {
        runs += 1;
        throw new Error('a bug');
      },
      () => {},
    );
    queue.add('a');
    await eventually(() => expect(queue.passes).toBe(0));
    queue.add('b');
    await eventually(() => expect(runs).toBe(2));
  });
});

describe('Lease', () => {
  const lease = (state: () => Promise<LeaseState>) => {
    const store = { renewLease: state } as unknown as ControllerStore;
    const stop = new AbortController();
    return {
      stop,
      lease: new Lease(
        store,
        { buildId: 'b', token: 't' },
        60_000,
        stop.signal,
      ),
    };
  };

  it('interrupts for a cancel once, until the build is read anew', async () => {
    const { lease: held } = lease(async () => 'CancelRequested');
    const { signal } = held;
    held.poke();
    await eventually(() => expect(signal.aborted).toBe(true));
    expect(held.lost.signal.aborted).toBe(false);
    held.resume(true);
    const next = held.signal;
    held.poke();
    await new Promise(resolve => setImmediate(resolve));
    expect(next.aborted).toBe(false);
    held.release();
  });

  it('ends the pass when it is lost or the replica stops', async () => {
    const lost = lease(async () => 'Lost').lease;
    lost.poke();
    await eventually(() => expect(lost.lost.signal.aborted).toBe(true));
    lost.release();
    const { lease: held, stop } = lease(async () => 'Held');
    stop.abort();
    expect(held.signal.aborted).toBe(true);
    held.release();
  });

  it('is kept while the database is away', async () => {
    const { lease: held } = lease(async () => {
      throw new Error('away');
    });
    held.poke();
    await new Promise(resolve => setImmediate(resolve));
    expect(held.signal.aborted).toBe(false);
    held.release();
  });
});

describe('OutboxDispatcher', () => {
  it('acknowledges what was delivered, and holds back a build whose message was not', async () => {
    const message = (id: number, buildId: string) =>
      ({ id, buildId } as OutboxMessage);
    const acknowledged: number[][] = [];
    const dispatcher = new OutboxDispatcher({
      store: {
        claimOutbox: async () => [
          message(1, 'a'),
          message(2, 'b'),
          message(3, 'a'),
          message(4, 'b'),
        ],
        acknowledgeOutbox: async (ids: number[]) => {
          acknowledged.push(ids);
        },
      } as unknown as ControllerStore,
      notifier: {
        changed() {},
        deliver: async ({ id }) => {
          if (id === 1) throw new Error('no');
        },
      },
      logger,
      pollMs: 1000,
    });
    expect(await dispatcher.dispatch()).toBe(2);
    expect(acknowledged).toEqual([[2, 4]]);
  });
});

describe('faultsFromEnv', () => {
  const pass = new AbortController();

  it('does nothing without the variable', () => {
    expect(faultsFromEnv({})('after-act', 'Running', pass)).toBeUndefined();
  });

  it('has a pass wait until it is interrupted', async () => {
    const faults = faultsFromEnv({
      BUILDOG_TEST_FAULT: 'after-commit:Signing:pause',
    });
    expect(faults('after-commit', 'Verifying', pass)).toBeUndefined();
    const interruption = new AbortController();
    let over = false;
    const paused = Promise.resolve(
      faults('after-commit', 'Signing', interruption),
    ).then(() => {
      over = true;
    });
    await new Promise(resolve => setImmediate(resolve));
    expect(over).toBe(false);
    interruption.abort();
    await paused;
    await faults('after-commit', 'Signing', interruption); // no second wait
  });

  it('kills the process at that point and phase only', () => {
    const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
    const faults = faultsFromEnv({ BUILDOG_TEST_FAULT: 'after-act:Running' });
    faults('after-act', 'Pending', pass);
    faults('after-commit', 'Running', pass);
    expect(kill).not.toHaveBeenCalled();
    faults('after-act', 'Running', pass);
    expect(kill).toHaveBeenCalledWith(process.pid, 'SIGKILL');
    kill.mockRestore();
  });

  it.each([
    'x',
    'after-act',
    'after-act:',
    'never:Running',
    'after-act:a:b',
    'after-act:a:pause:b',
  ])('refuses %s', value => {
    expect(() => faultsFromEnv({ BUILDOG_TEST_FAULT: value })).toThrow(
      /point:phase/,
    );
  });
});
