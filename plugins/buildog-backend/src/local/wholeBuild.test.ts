import { mkdir, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestBackend } from '@backstage/backend-test-utils';
import { startRegistry } from '@buildog/oci';
import request from 'supertest';
import { removeTree } from './supervise/removeTree';
import { startLocalGit } from './__testUtils__/gitServer';
import type { LocalGitServer } from './__testUtils__/gitServer';
import { commitSource, localPortal } from './__testUtils__/localPortal';

jest.setTimeout(120_000);

type Portal = Awaited<ReturnType<typeof startTestBackend>>;

describe('a portal with nothing but this machine', () => {
  let folder: string;
  let git: LocalGitServer;
  let portal: Portal;
  let port: number;
  const start = () =>
    startTestBackend({
      features: localPortal({ folder, gitUrl: git.url, port }),
    });
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'buildog-portal-'));
    await mkdir(join(folder, 'repositories'));
    git = await startLocalGit(join(folder, 'repositories'));
    const probe = await startRegistry({ root: join(folder, 'probe') });
    port = Number(new URL(probe.url).port);
    await probe.close();
    portal = await start();
  });
  afterAll(async () => {
    await portal.stop();
    await git.close();
    await removeTree(folder);
  });

  const get = async (path: string) =>
    request(portal.server).get(`/api/buildog/v1/builds/${path}`);
  const build = async (files: Record<string, string>): Promise<string> => {
    await commitSource(join(folder, 'repositories'), files);
    const { body } = await request(portal.server)
      .post('/api/buildog/v1/builds')
      .send({ entityRef: 'component:default/app' })
      .expect(201);
    return body.id;
  };
  const until = async (id: string, phases: string[]) => {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const { body } = await get(id);
      if (phases.includes(body.phase)) return body;
      if (Date.now() > deadline) throw new Error(JSON.stringify(body));
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  };
  const attempts = () => readdir(join(folder, 'builds', 'attempts'));
  const building = async () => {
    const deadline = Date.now() + 30_000;
    for (;;) {
      for (const name of await attempts()) {
        const file = join(folder, 'builds', 'attempts', name);
        const log = await readFile(join(file, 'steps/build/log'), 'utf8').catch(
          () => '',
        );
        if (log.includes('waiting')) return file;
      }
      if (Date.now() > deadline) throw new Error('nothing is being built');
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  };

  it('builds, pushes and tags an image', async () => {
    const id = await build({ Dockerfile: 'FROM scratch\nCOPY . /\n' });
    const done = await until(id, ['Succeeded', 'Failed']);
    expect(done).toMatchObject({
      phase: 'Succeeded',
      image: `127.0.0.1:${port}/default/app`,
      digest: expect.stringMatching(/^sha256:/),
    });
    const { push } = JSON.parse(
      await readFile(join(folder, 'registry', 'credentials.json'), 'utf8'),
    );
    const auth = Buffer.from(`buildog:${push}`).toString('base64');
    const answer = await fetch(
      `http://127.0.0.1:${port}/v2/default/app/manifests/main`,
      { headers: { authorization: `Basic ${auth}` } },
    );
    expect(answer.headers.get('docker-content-digest')).toBe(done.digest);
    const [{ attempts: tried }] = done.tasks;
    expect(tried).toHaveLength(1);
    expect(tried[0].cluster).toBe('local');
  });

  it('tells of a build that fails', async () => {
    const id = await build({ Dockerfile: 'FROM scratch\n', fail: 'x' });
    const done = await until(id, ['Succeeded', 'Failed']);
    expect(done).toMatchObject({
      phase: 'Failed',
      reason: { code: 'StepFailed', category: 'User' },
    });
  });

  it('cancels, tries again what lost its process, and goes on after a restart', async () => {
    const id = await build({ Dockerfile: 'FROM scratch\n', wait: 'x' });
    const first = await building();
    const { pid } = JSON.parse(
      await readFile(join(first, 'supervisor.json'), 'utf8'),
    );
    process.kill(pid, 'SIGKILL');
    let second = first;
    while (second === first) second = await building();
    const { body } = await get(id);
    expect(body.tasks[0].attempts[0]).toMatchObject({
      phase: 'Lost',
      reason: { code: 'NodeLost', category: 'Infrastructure' },
    });

    await portal.stop();
    portal = await start();
    expect(await building()).toBe(second);

    await request(portal.server)
      .post(`/api/buildog/v1/builds/${id}/cancel`)
      .expect(202);
    expect(await until(id, ['Canceled'])).toMatchObject({ phase: 'Canceled' });
    while ((await attempts()).length > 0) {
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  });
});
