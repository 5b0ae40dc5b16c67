import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { ClusterState } from '../cluster/clusterState.ts';
import { InstalledChart } from './support/InstalledChart.ts';
import { clusterOrReason } from './support/clusterPrograms.ts';

const PATIENCE_MS = 30_000;
/** Every pod of this suite listens there. */
const PORT = 8000;

const found = clusterOrReason();
if (typeof found === 'string') {
  it('has no cluster to try the network policy on', () => {
    process.stderr.write(`network policy: not tried; ${found}\n`);
  });
} else if (!found.networkPolicy.enforced) {
  // Whatever enforces policies is in no package registry: a cluster may be without.
  it('has a cluster that enforces no network policy, and says why', () => {
    process.stderr.write(
      `network policy: not tried; ${found.networkPolicy.why}\n`,
    );
    assert.ok(found.networkPolicy.why);
  });
} else {
  describeNetwork(found);
}

function describeNetwork(state: ClusterState) {
  const chart = new InstalledChart(state);
  const registry = new URL(`http://${state.registries.plain.host}`);
  const apiServer = new URL(state.apiServer);
  const egress = ({ hostname, port }: URL) =>
    JSON.stringify([
      {
        to: [{ ipBlock: { cidr: `${hostname}/32` } }],
        ports: [{ port: Number(port), protocol: 'TCP' }],
      },
    ]);

  /** Tries once to open a connection from a pod. */
  async function reaches(namespace: string, pod: string, to: URL) {
    const script = `nc -w 2 ${to.hostname} ${to.port} </dev/null >/dev/null 2>&1 && echo yes || echo no`;
    const answer = await chart.admin(
      ...['exec', `--namespace=${namespace}`, pod, '--'],
      ...['sh', '-c', script],
    );
    return answer.trim() === 'yes';
  }

  /** Rules take a moment to get to the node. */
  async function soon(wanted: boolean, ...from: Parameters<typeof reaches>) {
    const deadline = Date.now() + PATIENCE_MS;
    while ((await reaches(...from)) !== wanted) {
      const [, pod, to] = from;
      const verb = wanted ? 'does not reach' : 'still reaches';
      assert.ok(Date.now() < deadline, `${pod} ${verb} ${to.host}`);
      await pause(200);
    }
  }

  async function startPod(namespace: string, name: string, labels: object) {
    await chart.create(
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, labels },
        spec: {
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: 0,
          containers: [
            {
              name: 'main',
              image: state.images.busybox,
              command: ['httpd', '-f', '-p', String(PORT)],
            },
          ],
        },
      },
      namespace,
    );
    await chart.admin(
      ...['wait', `--namespace=${namespace}`, `pod/${name}`],
      ...['--for=condition=Ready', '--timeout=60s'],
    );
  }

  describe('the network policy of the build namespace', () => {
    const { buildNamespace: builds, otherNamespace: other } = chart;

    before(async () => {
      await chart.prepare();
      await Promise.all([
        startPod(builds, 'a-build', {}),
        startPod(builds, 'with-sidecar', {
          'buildog.dev/log-transport': 'sidecar',
        }),
        startPod(other, 'elsewhere', {}),
        startPod(other, 'neighbour', {}),
      ]);
    });
    after(() => chart.remove());

    it('denies what is not named, which others reach', async () => {
      for (const to of [registry, apiServer]) {
        await soon(true, other, 'elsewhere', to);
        await soon(false, builds, 'a-build', to);
        await soon(false, builds, 'with-sidecar', to);
      }
    });

    it('lets builds reach the registry that is named, and nothing else', async () => {
      const rule = `networkPolicy.registries=${egress(registry)}`;
      await chart.install('--set-json', rule);
      await soon(true, builds, 'a-build', registry);
      assert.equal(await reaches(builds, 'a-build', apiServer), false);
    });

    it('lets only pods with a log sidecar reach the API server', async () => {
      const rule = `networkPolicy.apiServer=${egress(apiServer)}`;
      await chart.install('--set-json', rule);
      await soon(true, builds, 'with-sidecar', apiServer);
      assert.equal(await reaches(builds, 'a-build', apiServer), false);
    });

    it('lets nobody in', async () => {
      const server = async (namespace: string, pod: string) => {
        const ip = await chart.admin(
          ...['get', 'pod', pod, `--namespace=${namespace}`],
          '--output=jsonpath={.status.podIP}',
        );
        return new URL(`http://${ip}:${PORT}`);
      };
      const itself = new URL(`http://127.0.0.1:${PORT}`);
      await soon(true, builds, 'a-build', itself);
      await soon(true, other, 'elsewhere', await server(other, 'neighbour'));
      await soon(false, other, 'elsewhere', await server(builds, 'a-build'));
    });
  });
}
