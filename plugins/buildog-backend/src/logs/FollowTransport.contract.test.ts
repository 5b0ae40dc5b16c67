import { readFileSync } from 'node:fs';
import { mockServices } from '@backstage/backend-test-utils';
import type { AttemptRef } from '@buildog/plugin-buildog-node';
import { logTexts, readLog } from '@buildog/plugin-buildog-node/testing';
import { KubernetesRunner } from '../kubernetes/KubernetesRunner';
import {
  createBuildNamespace,
  type BuildNamespace,
} from '../kubernetes/testing/buildNamespace';
import { proxiedKubeconfig } from '../kubernetes/testing/proxiedKubeconfig';
import { shellJob } from '../kubernetes/testing/shellJob';
import { pushTestAgent } from '../kubernetes/testing/testAgent';
import {
  startBreakableProxy,
  type BreakableProxy,
} from '../testing/breakableProxy';
import { describeWithCluster } from '../testing/describeWithCluster';
import { FileLogStore } from './FileLogStore';
import { FollowTransport } from './FollowTransport';
import { LogHub } from './LogHub';
import { temporaryFolder } from '../testing/temporaryFolder';

jest.setTimeout(180_000);

describeWithCluster('FollowTransport on a cluster', cluster => {
  const signal = () => AbortSignal.timeout(120_000);
  const logger = mockServices.logger.mock();
  const directory = temporaryFolder('buildog-follow');
  let namespace: BuildNamespace;
  let agentImage: string;
  let proxy: BreakableProxy;
  let kubeconfig: { path: string; remove(): void };
  let runner: KubernetesRunner;
  let count = 0;

  beforeAll(async () => {
    namespace = await createBuildNamespace(cluster);
    agentImage = await pushTestAgent(cluster);
    const { clusters } = JSON.parse(readFileSync(cluster.kubeconfig, 'utf8'));
    const server = new URL(clusters[0].cluster.server);
    proxy = await startBreakableProxy(server.hostname, Number(server.port));
    kubeconfig = proxiedKubeconfig(cluster.kubeconfig, proxy.port);
    runner = await KubernetesRunner.create({
      cluster: {
        name: 'test',
        access: { type: 'kubeconfig', path: kubeconfig.path },
        namespace: namespace.name,
        agentImage,
        hostUsers: 'off',
      },
      installationId: namespace.name,
      logger,
    });
  });
  afterAll(async () => {
    runner?.close();
    await proxy?.stop();
    kubeconfig?.remove();
    await namespace?.remove();
  });

  const start = async (script: string): Promise<AttemptRef> => {
    count += 1;
    const id = `${process.pid}-${count}`;
    const attempt = {
      installationId: namespace.name,
      buildId: `b-${id}`,
      taskId: `t-${id}`,
      attemptId: `a-${id}`,
      name: `buildog-${id}`,
    };
    const job = shellJob(attempt, script, cluster.images.busybox);
    job.resources.ephemeralStorageBytes *= 4;
    await runner.start(job, { signal: signal() });
    return attempt;
  };
  const open = () => {
    const hub = new LogHub({ store: new FileLogStore({ directory }) });
    const transport = new FollowTransport({
      store: hub.store,
      runners: new Map([['test', runner]]),
      logger,
    });
    return { hub, transport };
  };
  const targetOf = (attempt: AttemptRef) => ({
    attempt,
    runner: 'test',
    containers: ['init', 'build', 'publish'],
  });
  const keyOf = (attempt: AttemptRef, container = 'build') => ({
    buildId: attempt.buildId,
    attemptId: attempt.attemptId,
    container,
  });
  const remove = (attempt: AttemptRef) =>
    runner.remove(attempt, { gracePeriodSeconds: 1, signal: signal() });

  it('loses and repeats nothing while connections break and replicas die', async () => {
    const attempt = await start(
      'i=0; while [ $i -lt 3000 ]; do echo "line $i"; i=$((i+1)); [ $((i % 100)) = 0 ] && sleep 0.2; done; echo made > /buildog/output/result',
    );
    let { transport } = open();
    transport.attach(targetOf(attempt));
    const { hub } = open();
    const size = async () => (await hub.store.stat(keyOf(attempt)))?.size ?? 0;
    const grows = async () => {
      const before = await size();
      const deadline = Date.now() + 30_000;
      while ((await size()) === before && Date.now() < deadline) {
        if ((await hub.store.stat(keyOf(attempt)))?.complete) return;
        await new Promise(resolve => setTimeout(resolve, 10));
      }
    };
    for (let round = 0; round < 6; round++) {
      await grows();
      if (round % 3 === 0) proxy.break();
      if (round % 3 === 1) {
        proxy.cut();
        await new Promise(resolve => setTimeout(resolve, 300));
        proxy.mend();
      }
      if (round % 3 === 2) {
        transport.detach(attempt.attemptId);
        ({ transport } = open());
        transport.attach(targetOf(attempt));
      }
    }
    const settled = await transport.settle(targetOf(attempt), {
      timeoutMs: 90_000,
      signal: signal(),
    });
    expect(settled).toEqual({ complete: true });
    const stored = Buffer.from(
      await hub.store.read(keyOf(attempt), 0, 10_000_000),
    ).toString();
    expect(logTexts(stored)).toEqual(
      Array.from({ length: 3_000 }, (_, line) => `line ${line}`),
    );
    transport.detach(attempt.attemptId);
    await remove(attempt);
  });

  it('reads on when the kubelet rotates the file', async () => {
    // Each round is beyond the kubelet's 10 MiB per file; it looks every 10 s.
    const attempt = await start(
      'pad=$(head -c 1000 /dev/zero | tr "\\0" x); i=0; while [ $i -lt 33000 ]; do echo "$i $pad"; i=$((i+1)); [ $((i % 11000)) = 0 ] && sleep 12; done',
    );
    const { hub, transport } = open();
    transport.attach(targetOf(attempt));
    const settled = await transport.settle(targetOf(attempt), {
      timeoutMs: 120_000,
      signal: signal(),
    });
    expect(settled).toEqual({ complete: true });
    const { size } = (await hub.store.stat(keyOf(attempt))) ?? { size: 0 };
    const stored = Buffer.from(await hub.store.read(keyOf(attempt), 0, size));
    const numbers = logTexts(stored.toString()).map(text =>
      Number(text.split(' ')[0]),
    );
    expect(numbers.length).toBe(33_000);
    expect(numbers.every((number, index) => number === index)).toBe(true);
    // What the node still has is less: it did rotate.
    const rest = await readLog(runner, attempt, 'build');
    expect(rest.length).toBeLessThan(size);
    transport.detach(attempt.attemptId);
    await remove(attempt);
  });

  it('shows a line to a live reader soon after it was printed', async () => {
    const attempt = await start(
      'i=0; while [ $i -lt 20 ]; do echo "tick $i"; i=$((i+1)); sleep 0.15; done',
    );
    const { hub, transport } = open();
    transport.attach(targetOf(attempt));
    const delays: number[] = [];
    for await (const bytes of hub.follow(keyOf(attempt), 0, {
      signal: signal(),
    })) {
      const now = Date.now();
      for (const line of Buffer.from(bytes).toString().trim().split('\n')) {
        delays.push(now - Date.parse(line.split(' ')[0]));
      }
    }
    process.stdout.write(
      `container to reader: first ${delays[0]} ms, others ${delays
        .slice(1)
        .join(' ')}\n`,
    );
    expect(delays).toHaveLength(20);
    // The median of the later lines; the first waits for the watch as well.
    const sorted = delays.slice(1).sort((a, b) => a - b);
    expect(sorted[9]).toBeLessThan(500);
    transport.detach(attempt.attemptId);
    await remove(attempt);
  });
});
