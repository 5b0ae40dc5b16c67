import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { ClusterState } from './clusterState.ts';
import { down } from './down.ts';
import { ensureNeeded } from './build.ts';
import { findAnchor } from './node/namespaces.ts';
import { clusterPaths } from './paths.ts';
import { status } from './status.ts';
import { findDaemon, stopDaemon } from './system/daemon.ts';
import { signalProcess } from './system/processRecord.ts';
import { run } from './system/run.ts';
import { waitFor } from './system/waitFor.ts';
import { createJob, jobLog, kubectl } from './testing/kubectl.ts';
import {
  clusterMarks,
  clusterProcesses,
  listeningSockets,
  sameNetwork,
  tracesOf,
} from './testing/traces.ts';
import { up } from './up.ts';

/*
 * The cluster as a whole, on a cluster of its own. Its registries and git servers
 * are tested in services/*.test.ts, on the same one.
 */

const name = 'check';
const other = 'check-2';
let cluster: ClusterState;

before(async () => {
  await ensureNeeded(); // not part of the time that is measured below
  await Promise.all([down(name), down(other)]);
});

after(() =>
  Promise.all([name, other].map(each => down(each, { forget: true }))),
);

/** Seconds that each start from nothing took. */
const starts: number[] = [];

async function timedUp(): Promise<ClusterState> {
  const start = Date.now();
  const state = await up(name);
  starts.push((Date.now() - start) / 1000);
  return state;
}

test('comes up with a node that is ready', async t => {
  cluster = await timedUp();
  t.diagnostic(`up after ${starts[0].toFixed(1)} s`);
  const node = await kubectl(cluster, [
    'get',
    'node',
    '-o',
    'jsonpath={.items[*].status.nodeInfo.kubeletVersion}',
  ]);
  assert.equal(node, 'v1.36.3');
  assert.equal((await status(name)).up, true);
});

test('up again changes nothing', async () => {
  await kubectl(cluster, ['create', 'configmap', 'kept']);
  const before = await clusterMarks(name);
  assert.deepEqual(await up(name), cluster);
  assert.deepEqual(await clusterMarks(name), before);
  await kubectl(cluster, ['get', 'configmap', 'kept']);
});

test('a Job runs, its log can be followed, and it reaches a server on the loopback of this machine', async t => {
  let open = () => {};
  const gate = new Promise<void>(resolve => {
    open = resolve;
  });
  const server = createServer(
    (_, response) => void gate.then(() => response.end('the gate is open\n')),
  );
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const { forwards } = await up(name, [port]);
  const url = forwards.find(({ hostPort }) => hostPort === port)?.nodeUrl;
  await createJob(cluster, 'gate', cluster.images.busybox, [
    'sh',
    '-c',
    `echo waiting; wget -q -O- ${url}/`,
  ]);
  await kubectl(cluster, [
    'wait',
    '--for=jsonpath={.status.ready}=1',
    'job/gate',
    '--timeout=30s',
  ]);
  const follow = spawn(
    join(cluster.tools.binDir, 'kubectl'),
    ['logs', '--follow', 'job/gate'],
    {
      env: { ...process.env, KUBECONFIG: cluster.kubeconfig },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let log = '';
  follow.stdout.on('data', chunk => {
    log += chunk;
  });
  await waitFor('the first line', () => log === 'waiting\n', {
    timeout: 30_000,
  });
  open();
  await waitFor(
    'the second line',
    () => log === 'waiting\nthe gate is open\n',
    { timeout: 30_000 },
  );
  await jobLog(cluster, 'gate');
});

test('a pod asks the API server by its service address, and its user namespace is its own', async () => {
  const script = `
    const token = fs.readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/token', 'utf8');
    const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
    const reply = await fetch(\`https://\${host}:\${port}/apis/authentication.k8s.io/v1/selfsubjectreviews\`, {
      method: 'POST',
      headers: { authorization: 'Bearer ' + token, 'content-type': 'application/json' },
      body: '{"kind":"SelfSubjectReview","apiVersion":"authentication.k8s.io/v1"}',
    });
    console.log((await reply.json()).status.userInfo.username);
    console.log(fs.readFileSync('/proc/self/uid_map', 'utf8').trim().split(/\\s+/).join(' '));`;
  const ca = '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt';
  const container = {
    ...{
      name: 'main',
      image: cluster.images.node,
      command: [
        'node',
        '--input-type=module',
        '-e',
        `import fs from 'node:fs';${script}`,
      ],
    },
    env: [{ name: 'NODE_EXTRA_CA_CERTS', value: ca }],
  };
  await createJob(cluster, 'api', '', [], {
    hostUsers: false,
    containers: [container],
  });
  const [user, uidMap] = (await jobLog(cluster, 'api')).trim().split('\n');
  assert.equal(user, 'system:serviceaccount:default:default');
  assert.match(uidMap, /^0 [1-9]\d* 65536$/);
});

test('the audit log has a request when it came and when it was answered', async () => {
  await kubectl(cluster, ['create', 'configmap', 'audited']);
  const events = (await readFile(cluster.auditLog, 'utf8'))
    .split('\n')
    .filter(line => line.includes('"audited"') || line.includes('/configmaps?'))
    .map(
      line =>
        JSON.parse(line) as {
          verb: string;
          stage: string;
          user: { username: string };
        },
    )
    .filter(
      event => event.verb === 'create' && event.user.username === 'admin',
    );
  const stages = events.map(event => event.stage);
  assert.ok(
    stages.includes('RequestReceived') && stages.includes('ResponseComplete'),
    stages.join(),
  );
});

test('NetworkPolicies are enforced where an enforcer is given, and the state says whether', async t => {
  t.diagnostic(cluster.networkPolicy.why);
  await kubectl(
    cluster,
    ['create', '-f', '-'],
    JSON.stringify({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'nothing' },
      spec: {
        podSelector: { matchLabels: { app: 'fenced' } },
        policyTypes: ['Ingress', 'Egress'],
      },
    }),
  );
  const url = `http://${cluster.registries.plain.host}/v2/base/busybox/tags/list`;
  // The enforcer needs a moment to see a new pod: ask until the answer stays away, at most 10 times.
  const probe = `for i in 1 2 3 4 5 6 7 8 9 10; do timeout 1 wget -q -O- ${url} || { echo fenced; exit 0; }; sleep 0.5; done; echo open`;
  await createJob(cluster, 'fenced', cluster.images.busybox, [
    'sh',
    '-c',
    probe,
  ]);
  await createJob(cluster, 'free', cluster.images.busybox, [
    'sh',
    '-c',
    `timeout 5 wget -q -O- ${url}`,
  ]);
  // Beside what the shell itself says of programs it saw ending.
  const said = (await jobLog(cluster, 'fenced'))
    .split('\n')
    .filter(line => line === 'fenced' || line === 'open');
  assert.deepEqual(said, [cluster.networkPolicy.enforced ? 'fenced' : 'open']);
  assert.match(await jobLog(cluster, 'free'), /"tags":/);
});

test('a pod can open no connection to this machine, nor to anything outside', async () => {
  const server = createServer((_, response) => response.end('reached'));
  await new Promise<void>(resolve => {
    server.listen(0, cluster.hostAddress, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const own = await run('curl', [
    '--silent',
    `http://${cluster.hostAddress}:${port}/`,
  ]);
  assert.equal(own, 'reached'); // there is something to be reached
  const command = `for a in ${cluster.hostAddress}:${port} 192.0.2.1 198.19.128.99; do timeout 5 wget -O- http://$a/ 2>&1; done; true`;
  await createJob(cluster, 'outwards', cluster.images.busybox, [
    'sh',
    '-c',
    command,
  ]);
  const log = await jobLog(cluster, 'outwards');
  server.close();
  assert.doesNotMatch(log, /reached/);
  assert.equal(log.match(/can't connect to remote host/g)?.length, 3, log);
});

test('a program that was stopped is started again by up', async () => {
  const paths = clusterPaths(name);
  await stopDaemon(paths, 'kube-apiserver');
  assert.equal((await status(name)).up, false);
  await up(name);
  assert.equal((await status(name)).up, true);
  await kubectl(cluster, ['get', 'configmap', 'kept']);
});

test('nothing of it listens on this machine: all is in its own network namespace', async () => {
  const { inside, outside } = clusterProcesses(await clusterMarks(name));
  assert.ok(inside.length > 15, `${inside.length} processes`);
  for (const pid of inside)
    assert.ok(!sameNetwork(pid, 'self'), `process ${pid}`);
  const listeners = outside
    .filter(pid => sameNetwork(pid, 'self'))
    .flatMap(listeningSockets);
  assert.deepEqual(listeners, []);
});

test('a second cluster beside it is another one, and its end harms nothing', async () => {
  const second = await up(other);
  const marks = await clusterMarks(other);
  assert.notEqual(second.nodeAddress, cluster.nodeAddress);
  assert.notEqual(
    second.registries.plain.password,
    cluster.registries.plain.password,
  );
  await assert.rejects(
    kubectl(second, ['get', 'configmap', 'kept']),
    /not found/,
  );
  await createJob(second, 'beside', second.images.busybox, ['echo', 'here']);
  assert.equal(await jobLog(second, 'beside'), 'here\n');
  await down(other);
  assert.deepEqual(tracesOf(marks), []);
  assert.equal((await status(name)).up, true);
  await kubectl(cluster, ['get', 'configmap', 'kept']);
});

test('a cluster whose processes died is brought up anew, at the same addresses', async () => {
  const paths = clusterPaths(name);
  const anchor = await findAnchor(paths);
  assert.ok(anchor);
  signalProcess(anchor, 'SIGKILL');
  await waitFor(
    'the end of the cluster',
    async () => (await findDaemon(paths, 'etcd')) === undefined,
  );
  assert.equal((await status(name)).up, false);
  const again = await timedUp();
  assert.equal(again.nodeAddress, cluster.nodeAddress);
  assert.deepEqual(again.registries, cluster.registries);
  await assert.rejects(
    kubectl(again, ['get', 'configmap', 'kept']),
    /not found/,
  );
});

test('is up again in less than 15 seconds once its programs are built', async t => {
  // A busy machine gets a few more tries: what is measured is the cluster, not its neighbours.
  while (Math.min(...starts) >= 15 && starts.length < 5) {
    await down(name);
    await timedUp();
  }
  t.diagnostic(`starts: ${starts.map(each => each.toFixed(1)).join(', ')} s`);
  assert.ok(Math.min(...starts) < 15);
});

test('down leaves no process, mount, cgroup, interface or namespace, also with a pod that runs', async t => {
  await createJob(
    cluster,
    'endless',
    cluster.images.busybox,
    ['sleep', '1000'],
    { hostUsers: false },
  );
  await kubectl(cluster, [
    'wait',
    '--for=jsonpath={.status.ready}=1',
    'job/endless',
    '--timeout=30s',
  ]);
  const marks = await clusterMarks(name);
  assert.ok(tracesOf(marks).length > 20, 'there is something to be left');
  const start = Date.now();
  await down(name);
  t.diagnostic(`down after ${((Date.now() - start) / 1000).toFixed(1)} s`);
  assert.deepEqual(tracesOf(marks), []);
  assert.equal((await status(name)).up, false);
});
