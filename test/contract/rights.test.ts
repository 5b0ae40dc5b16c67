import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ClusterState } from '../cluster/clusterState.ts';
import { InstalledChart } from './support/InstalledChart.ts';
import { clusterOrReason, root } from './support/clusterPrograms.ts';

const LISTS = 'deploy/helm/rbac';

const found = clusterOrReason();
if (typeof found === 'string') {
  it('has no cluster to ask about rights', () => {
    process.stderr.write(`rights: not looked at; ${found}\n`);
  });
} else {
  describeRights(found);
}

function describeRights(state: ClusterState) {
  const chart = new InstalledChart(state);
  before(() => chart.prepare());
  after(() => chart.remove());

  describe('rights in the build namespace', () => {
    for (const identity of ['controller', 'sidecar', 'job']) {
      it(`gives ${identity} what ${LISTS}/${identity}.txt lists, and no more`, async () => {
        const list = await chart.as(identity, ['auth', 'can-i', '--list']);
        assert.equal(list.code, 0, list.stderr);
        const committed = readFileSync(
          join(root, LISTS, `${identity}.txt`),
          'utf8',
        );
        assert.equal(sorted(list.stdout), committed);
      });

      it(`gives ${identity} nothing in another namespace`, async () => {
        const other = `--namespace=${chart.otherNamespace}`;
        const nobody = await chart.as('somebody', [
          ...['auth', 'can-i', '--list'],
          `--namespace=${chart.controllerNamespace}`,
        ]);
        const list = await chart.as(identity, [
          'auth',
          'can-i',
          '--list',
          other,
        ]);
        assert.equal(sorted(list.stdout), sorted(nobody.stdout));
      });
    }

    it('lets the controller list and watch nodes, where that is wanted', async () => {
      const list = ['auth', 'can-i', '--list'];
      const before = sorted((await chart.as('controller', list)).stdout);
      await chart.install('--set=controller.watchNodes=true');
      const after = sorted((await chart.as('controller', list)).stdout);
      assert.deepEqual(
        after.split('\n').filter(line => !before.includes(line)),
        ['nodes [] [] [list watch]'],
      );
    });

    it('lets the controller make and remove Secrets, never read them', async () => {
      const secret = JSON.stringify({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'of-an-attempt' },
        stringData: { key: 'canary' },
      });
      const create = ['create', '-f', '-', '--validate=false'];
      const made = await chart.as('controller', create, secret);
      assert.equal(made.code, 0, made.stderr);
      for (const args of [
        ['get', 'secret', 'of-an-attempt', '-o', 'yaml'],
        ['get', 'secrets', '-o', 'yaml'],
        ['get', 'secrets', '--watch-only', '--request-timeout=2s'],
        ['patch', 'secret', 'of-an-attempt', '-p', '{}'],
      ]) {
        assertForbidden(await chart.as('controller', args));
      }
      const gone = await chart.as('controller', [
        'delete',
        'secret',
        'of-an-attempt',
        '--wait=false',
      ]);
      assert.equal(gone.code, 0, gone.stderr);
    });
  });

  describe('a build that runs', () => {
    before(async () => {
      await chart.create(buildJob(state.images.busybox));
      await chart.admin(
        'wait',
        `--namespace=${chart.buildNamespace}`,
        '--for=jsonpath={.status.ready}=1',
        'job/a-build',
        '--timeout=120s',
      );
    });

    it('is seen by the controller', async () => {
      const logs = await chart.as('controller', ['logs', 'job/a-build']);
      assert.match(logs.stdout, /canary-in-the-log/);
    });

    const touches: Record<string, string[]> = {
      'list jobs': ['get', 'jobs'],
      'get the job': ['get', 'job', 'a-build'],
      'list pods': ['get', 'pods'],
      'get the pod': ['get', 'pod', 'POD'],
      'read its log': ['logs', 'POD'],
      'run a command in it': ['exec', 'POD', '--', 'true'],
      'attach to it': ['attach', 'POD', '--pod-running-timeout=1s'],
      'forward a port of it': ['port-forward', 'POD', '0:80'],
      'add a container to it': ['debug', 'POD', '--image=busybox'],
      'change the job': ['patch', 'job', 'a-build', '-p', '{"spec":{}}'],
      'change the pod': ['label', 'pod', 'POD', 'a=b'],
      'delete the job': ['delete', 'job', 'a-build'],
      'delete the pod': ['delete', 'pod', 'POD'],
      'start a pod beside it': ['run', 'beside', '--image=busybox'],
      'take a token of its account': ['create', 'token', 'buildog-job'],
    };
    for (const [what, args] of Object.entries(touches)) {
      it(`does not let somebody with edit elsewhere ${what}`, async () => {
        const pod = await buildPod(chart);
        const own = args.map(arg => (arg === 'POD' ? pod : arg));
        assertForbidden(await chart.as('somebody', own));
      });
    }

    it('is one that somebody could touch in their own namespace', async () => {
      const own = `--namespace=${chart.otherNamespace}`;
      const jobs = await chart.as('somebody', ['get', 'jobs', own]);
      assert.equal(jobs.code, 0, jobs.stderr);
      const can = await chart.as('somebody', [
        ...['auth', 'can-i', 'create', 'pods/exec', own],
      ]);
      assert.equal(can.stdout.trim(), 'yes');
    });
  });

  describe('the build namespace', () => {
    it('refuses privileged pods and the host', async () => {
      for (const spec of [
        { hostNetwork: true },
        { hostPID: true },
        { volumes: [{ name: 'host', hostPath: { path: '/' } }] },
      ]) {
        await assert.rejects(
          chart.create(podOf(state.images.busybox, {}, spec)),
          /violates PodSecurity "baseline/,
        );
      }
      for (const securityContext of [
        { privileged: true },
        { capabilities: { add: ['SYS_ADMIN'] } },
        { seccompProfile: { type: 'Unconfined' } },
      ]) {
        await assert.rejects(
          chart.create(podOf(state.images.busybox, { securityContext })),
          /violates PodSecurity "baseline|disallowed by cluster policy/,
        );
      }
    });

    it('gives containers that ask for nothing a request and a limit', async () => {
      await chart.create(podOf(state.images.busybox, {}));
      const pod = JSON.parse(
        await chart.admin(
          'get',
          'pod',
          'a-pod',
          `--namespace=${chart.buildNamespace}`,
          '-o',
          'json',
        ),
      );
      const { requests, limits } = pod.spec.containers[0].resources;
      assert.deepEqual(Object.keys(limits).sort(), [
        'ephemeral-storage',
        'memory',
      ]);
      assert.equal(requests.cpu, '50m');
    });

    it('has no room for a service or a volume claim', async () => {
      await assert.rejects(
        chart.create({
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'a-service' },
          spec: { ports: [{ port: 80 }] },
        }),
        /exceeded quota/,
      );
    });
  });
}

/** One line a rule; white space, order and repetitions evened out. */
function sorted(list: string): string {
  const lines = list
    .trim()
    .split('\n')
    .slice(1)
    .map(line => line.trim().replace(/\s+/g, ' '));
  return `${[...new Set(lines)].sort().join('\n')}\n`;
}

function assertForbidden(ended: { code: number; stderr: string }) {
  assert.notEqual(ended.code, 0);
  assert.match(ended.stderr, /forbidden|cannot/i);
}

async function buildPod(chart: InstalledChart): Promise<string> {
  const name = await chart.admin(
    'get',
    'pods',
    `--namespace=${chart.buildNamespace}`,
    '--selector=job-name=a-build',
    '--output=jsonpath={.items[0].metadata.name}',
  );
  assert.match(name, /^a-build-/);
  return name;
}

function buildJob(image: string): object {
  const { spec } = podOf(image, {
    command: ['sh', '-c', 'echo canary-in-the-log; exec sleep 600'],
  });
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'a-build' },
    spec: { backoffLimit: 0, template: { spec } },
  };
}

function podOf(image: string, container: object, pod: object = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a-pod' },
    spec: {
      restartPolicy: 'Never',
      serviceAccountName: 'buildog-job',
      terminationGracePeriodSeconds: 0,
      containers: [
        { name: 'main', image, command: ['sleep', '600'], ...container },
      ],
      ...pod,
    },
  };
}
