import { mockServices } from '@backstage/backend-test-utils';
import type { LogTarget } from '@buildog/plugin-buildog-node';
import {
  describeLogTransportContract,
  FakeKubelet,
  MemoryLogStore,
} from '@buildog/plugin-buildog-node/testing';
import { FollowTransport } from './FollowTransport';
import { mintIngestToken } from './ingestToken';
import { LogHub } from './LogHub';
import { LogIngest } from './LogIngest';
import { SidecarTransport } from './SidecarTransport';
import { kubeletRunner } from './testing/kubeletRunner';
import { PushingSidecar } from './testing/pushingSidecar';

const logger = mockServices.logger.mock();
const { token, hash } = mintIngestToken();
const sidecars = new Map<FakeKubelet, PushingSidecar>();

afterEach(() => {
  for (const sidecar of sidecars.values()) sidecar.kill();
  sidecars.clear();
});

describeLogTransportContract('SidecarTransport', {
  open: ({ store, kubelet, target }) => {
    const hub = new LogHub({ store, checkMs: 5 });
    const ingest = new LogIngest({
      store: hub.store,
      authorize: async (_, tokenHash) =>
        tokenHash === hash ? { buildId: target.attempt.buildId } : undefined,
    });
    const known = sidecars.get(kubelet);
    const sidecar = known ?? new PushingSidecar(kubelet, target, token);
    sidecar.ingests.push(ingest);
    if (!known) sidecar.run();
    sidecars.set(kubelet, sidecar);
    return {
      transport: new SidecarTransport({ hub, ingest, logger }),
      close: () => {
        sidecar.ingests = sidecar.ingests.filter(one => one !== ingest);
      },
    };
  },
});

describe('SidecarTransport with a fallback', () => {
  const target: LogTarget = {
    attempt: {
      installationId: 'i',
      buildId: 'b',
      taskId: 't',
      attemptId: 'a',
      name: 'n',
    },
    runner: 'test',
    containers: ['init', 'build'],
  };
  const setUp = (silenceMs?: number) => {
    const kubelet = new FakeKubelet();
    const hub = new LogHub({ store: new MemoryLogStore(), checkMs: 5 });
    const ingest = new LogIngest({
      store: hub.store,
      authorize: async () => ({ buildId: 'b' }),
    });
    const fallback = new FollowTransport({
      store: hub.store,
      runners: new Map([['test', kubeletRunner(kubelet)]]),
      logger,
      standbyMs: 5,
    });
    const transport = new SidecarTransport({
      hub,
      ingest,
      fallback,
      logger,
      silenceMs,
    });
    return { kubelet, hub, ingest, transport };
  };
  const key = { buildId: 'b', attemptId: 'a', container: 'build' };

  it('fetches what a dead sidecar left behind, from where it stopped', async () => {
    const { kubelet, hub, ingest, transport } = setUp();
    transport.attach(target);
    for (let line = 0n; line < 10n; line++) {
      kubelet.write('build', line * 300_000_000n, `line ${line}`);
    }
    kubelet.end('init');
    kubelet.end('build');
    const produced = kubelet.produced('build');
    await ingest.append({
      attemptId: 'a',
      container: 'build',
      token: 'any',
      offset: 0,
      bytes: produced.subarray(0, 77),
      final: false,
    });
    const settled = await transport.settle(target, {
      timeoutMs: 400,
      signal: AbortSignal.timeout(10_000),
    });
    expect(settled).toEqual({ complete: true });
    const stored = await hub.store.read(key, 0, 10_000);
    expect(Buffer.from(stored).toString()).toBe(produced.toString());
    transport.detach('a');
  });

  it('reads from the cluster while a sidecar says nothing', async () => {
    const { kubelet, hub, transport } = setUp(50);
    transport.attach(target);
    kubelet.write('build', 1n, 'still running');
    const stop = new AbortController();
    for await (const bytes of hub.follow(key, 0, { signal: stop.signal })) {
      expect(Buffer.from(bytes).toString()).toContain('still running');
      break;
    }
    transport.detach('a');
  });
});
