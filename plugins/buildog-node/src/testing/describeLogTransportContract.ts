import type { LogStore } from '../logs/LogStore';
import { LogStoreError } from '../logs/LogStoreError';
import type { LogTarget, LogTransport } from '../logs/LogTransport';
import { FakeKubelet } from './logs/FakeKubelet';
import { MemoryLogStore } from './logs/MemoryLogStore';
import { seededRandom } from './logs/seededRandom';

/**
 * What the suite has to know about a log transport.
 * @public
 */
export interface LogTransportUnderTest {
  /**
   * A transport of one replica that brings what the kubelet serves into the
   * store; for a transport that is pushed to, with the pod that pushes.
   */
  open(world: { store: LogStore; kubelet: FakeKubelet; target: LogTarget }): {
    transport: LogTransport;
    /** Ends the replica, as a crash would. */
    close(): void;
  };
}

const START = BigInt(Date.UTC(2026, 0, 1)) * 1_000_000n;
const CONTAINERS = ['init', 'build', 'publish'];
const signal = () => AbortSignal.timeout(20_000);
let attempts = 0;

function newTarget(): LogTarget {
  attempts += 1;
  return {
    attempt: {
      installationId: 'i',
      buildId: `b${attempts}`,
      taskId: 't',
      attemptId: `a${attempts}`,
      name: `buildog-a${attempts}`,
    },
    runner: 'test',
    containers: CONTAINERS,
  };
}

const keyOf = (target: LogTarget, container: string) => ({
  buildId: target.attempt.buildId,
  attemptId: target.attempt.attemptId,
  container,
});

/** Fails with the first difference, not with megabytes. */
async function expectStored(
  store: LogStore,
  kubelet: FakeKubelet,
  target: LogTarget,
): Promise<void> {
  for (const container of target.containers) {
    const stored = await store.read(keyOf(target, container), 0, 10_000_000);
    const produced = kubelet.produced(container);
    expect({
      container,
      size: stored.length,
      equal: Buffer.compare(stored, produced) === 0,
      text: Buffer.from(stored).toString('latin1').slice(0, 2_000),
    }).toEqual({
      container,
      size: produced.length,
      equal: true,
      text: produced.toString('latin1').slice(0, 2_000),
    });
    expect(await store.stat(keyOf(target, container))).toMatchObject({
      complete: true,
    });
  }
}

/**
 * Checks a log transport against the contract of `LogTransport`: whatever
 * breaks, the stored bytes are the produced bytes. Call it at the top level of
 * a test file; it uses jest's globals.
 * @public
 */
export function describeLogTransportContract(
  name: string,
  under: LogTransportUnderTest,
): void {
  describe(`${name} keeps the contract of LogTransport`, () => {
    let store: MemoryLogStore;
    let kubelet: FakeKubelet;
    let target: LogTarget;
    const closing: (() => void)[] = [];

    beforeEach(() => {
      store = new MemoryLogStore();
      kubelet = new FakeKubelet();
      target = newTarget();
    });
    afterEach(() => closing.splice(0).forEach(close => close()));

    const open = (on: LogStore = store) => {
      const opened = under.open({ store: on, kubelet, target });
      closing.push(() => {
        opened.transport.detach(target.attempt.attemptId);
        opened.close();
      });
      return opened;
    };
    const settle = (transport: LogTransport, timeoutMs = 15_000) =>
      transport.settle(target, { timeoutMs, signal: signal() });
    const endAll = () => CONTAINERS.forEach(one => kubelet.end(one));

    it('brings every byte of every container, as it is', async () => {
      const { transport } = open();
      transport.attach(target);
      kubelet.write('init', START, 'fetched');
      kubelet.write('build', START + 1n, Buffer.from([0, 255, 13, 27, 200]));
      kubelet.write('build', START + 2n, '');
      kubelet.write('build', START + 3n, 'x'.repeat(300_000));
      endAll();
      expect(await settle(transport)).toEqual({ complete: true });
      await expectStored(store, kubelet, target);
    });

    it('stores lines while the container runs', async () => {
      const { transport } = open();
      transport.attach(target);
      kubelet.write('build', START, 'now');
      const key = keyOf(target, 'build');
      const deadline = Date.now() + 5_000;
      let size = 0;
      while (size === 0 && Date.now() < deadline) {
        size = (await store.stat(key))?.size ?? 0;
        await new Promise(resolve => setTimeout(resolve, 5));
      }
      expect(size).toBe(kubelet.produced('build').length);
    });

    it('attaches once, however often it is told, and settles without', async () => {
      const { transport } = open();
      transport.attach(target);
      transport.attach(target);
      kubelet.write('build', START, 'once');
      endAll();
      expect(await settle(transport)).toEqual({ complete: true });
      expect(await settle(transport)).toEqual({ complete: true });
      await expectStored(store, kubelet, target);
    });

    it('says when it could not get everything in time', async () => {
      const { transport } = open();
      transport.attach(target);
      kubelet.write('build', START, 'goes on');
      expect(await settle(transport, 100)).toEqual({ complete: false });
      const stop = new AbortController();
      const settling = transport.settle(target, {
        timeoutMs: 60_000,
        signal: stop.signal,
      });
      stop.abort();
      expect(await settling).toEqual({ complete: false });
    });

    it('goes on when the store was away for a while', async () => {
      let away = 5;
      const flaky = new MemoryLogStore();
      const append = flaky.append.bind(flaky);
      flaky.append = async (...args) => {
        away -= 1;
        if (away >= 0) throw new LogStoreError('Unavailable', 'is away');
        return append(...args);
      };
      const { transport } = open(flaky);
      transport.attach(target);
      for (let line = 0; line < 20; line++) {
        kubelet.write('build', START + BigInt(line), `line ${line}`);
      }
      endAll();
      expect(await settle(transport)).toEqual({ complete: true });
      await expectStored(flaky, kubelet, target);
    });

    it('stops at the cap of the store and counts as complete', async () => {
      const small = store.replica({ streamBytes: 400, buildBytes: 10_000 });
      const { transport } = open(small);
      transport.attach(target);
      for (let line = 0; line < 200; line++) {
        kubelet.write('build', START + BigInt(line), `line ${line}`);
      }
      endAll();
      expect(await settle(transport)).toEqual({ complete: true });
      expect(await small.stat(keyOf(target, 'build'))).toMatchObject({
        truncated: true,
        complete: true,
      });
    });

    it.each(Array.from({ length: 25 }, (_, seed) => seed))(
      'loses and repeats nothing when connections break and replicas die (seed %i)',
      async seed => {
        const random = seededRandom(seed);
        kubelet.faults = {
          drop: () => random(120) === 0,
          pieceBytes: () => 1 + random(80),
        };
        let time = START;
        const write = () => {
          // Mostly within the same second, sometimes later.
          time += random(4) === 0 ? BigInt(random(1_500_000_000)) : 1n;
          const bytes = Buffer.from(
            Array.from({ length: random(60) }, () => random(256)),
          );
          const container = CONTAINERS[random(CONTAINERS.length)];
          kubelet.write(
            container,
            time,
            bytes.map(b => (b === 10 ? 32 : b)),
          );
        };
        const { attemptId } = target.attempt;
        const crash = (replica: ReturnType<typeof open>) => {
          replica.transport.detach(attemptId);
          replica.close();
        };
        let replicas = [open()];
        replicas[0].transport.attach(target);
        for (let turn = 0; turn < 12; turn++) {
          for (let line = random(8); line > 0; line--) write();
          const event = random(5);
          if (event === 0) {
            replicas.forEach(crash);
            replicas = [open(store.replica())];
            replicas[0].transport.attach(target);
          } else if (event === 1 && replicas.length < 3) {
            replicas.push(open(store.replica()));
            replicas.at(-1)?.transport.attach(target);
          }
          await new Promise(resolve => setImmediate(resolve));
        }
        endAll();
        const settled = await Promise.all(
          replicas.map(({ transport }) => settle(transport)),
        );
        expect(settled.every(({ complete }) => complete)).toBe(true);
        await expectStored(store, kubelet, target);
      },
      30_000,
    );
  });
}
