import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { builders } from '../support/builders.ts';
import { expect, test } from '../support/fixtures.ts';
import { receivedLog, storedLog } from '../support/logText.ts';
import { type ObjectStore, startObjectStore } from '../support/objectStore.ts';
import { openBuildTab } from '../support/pages.ts';
import { program } from '../support/program.ts';
import { waitUntil } from '../support/waitUntil.ts';

/** Each builder, and the first once more with the other ways of logs. */
const WAYS = [
  ...builders().map(scheduler => ({ scheduler, sidecar: false })),
  { scheduler: builders()[0], sidecar: true },
];

for (const { scheduler, sidecar } of WAYS) {
  const how = sidecar ? ', logs by sidecar into object storage' : '';
  test.describe(`with ${scheduler}${how}`, () => {
    let objects: ObjectStore | undefined;
    test.beforeAll(async ({ demo }) => {
      const { binDir } = demo.state.cluster.tools;
      if (sidecar) objects = await startObjectStore(binDir);
    });
    test.afterAll(() => objects?.stop());

    test('a person presses Build, watches the log live, and a verified image is in the registry', async ({
      page,
      demo,
      openPortal,
    }) => {
      const door = `${scheduler}-${Date.now()}`;
      const revision = await demo.pushFixture('gate', { DOOR: door });
      const portal = await openPortal({
        scheduler,
        ...(objects && { logTransport: 'sidecar', objects: objects.settings }),
      });
      const image = demo.image('gate');

      await openBuildTab(page, portal.baseUrl, 'gate');
      await page.getByRole('button', { name: 'Build main' }).click();
      await page.waitForURL(/\/build\/\d+/);
      await expect(page.getByText(revision.slice(0, 7)).first()).toBeVisible();

      // The build waits until the page shows its line: the log is live, or
      // this never ends.
      const log = page.getByRole('log');
      await expect(log.getByText(`waiting at the gate ${door}`)).toBeVisible({
        timeout: 90_000,
      });
      await waitUntil('the build at the gate', async () =>
        demo.gate.wasAsked(door),
      );
      const before = await demo.registry.digestOf(`${image}:main`);
      demo.gate.open(door);

      await expect(page.getByText('Succeeded').first()).toBeVisible({
        timeout: 120_000,
      });
      const number = Number(/build\/(\d+)/.exec(page.url())?.[1]);
      const client = await portal.client();
      const { body: build } = await client.request(
        'GET',
        `entities/component/default/gate/builds/${number}`,
      );
      const digest = await demo.registry.digestOf(`${image}:main`);
      expect(build.digest).toBe(digest);
      expect(digest).not.toBe(before);
      expect(build.signed).toBe('Signed');
      await expect(
        page.getByText(digest!.slice(0, 'sha256:1234'.length)).first(),
      ).toBeVisible();

      // The page shows every byte that is stored.
      await page.getByRole('button', { name: 'Show', exact: true }).click();
      await expect(async () => {
        const stored = await storedLog(client, build);
        expect(await receivedLog(page)).toBe(stored);
        expect(stored).toContain(`waiting at the gate ${door}`);
      }).toPass({ timeout: 30_000 });
      if (objects) {
        expect(objects.list(build.id).length).toBeGreaterThan(0);
        const pods = build.tasks[0].attempts[0].containers;
        expect(pods.map((one: { name: string }) => one.name)).toContain(
          'sidecar',
        );
      }

      // The stock program, with the public key and nothing of ours.
      const { username, password } = demo.state.cluster.registries.plain;
      const verified = await program(
        join(demo.state.cluster.tools.binDir, 'cosign'),
        [
          'verify',
          '--key',
          demo.state.publicKeyFile,
          '--insecure-ignore-tlog=true',
          '--allow-insecure-registry',
          '--allow-http-registry',
          `--registry-username=${username}`,
          `--registry-password=${password}`,
          `${image}@${digest}`,
        ],
      );
      expect(verified).toContain(digest!);
      appendFileSync(
        process.env.BUILDOG_TEST_EVIDENCE ?? '/dev/null',
        `${JSON.stringify({ kind: 'builder', detail: scheduler })}\n`,
      );
    });

    if (sidecar) return;

    test('a broken Dockerfile names its instruction, line and exit code', async ({
      page,
      demo,
      openPortal,
    }) => {
      await demo.pushFixture('broken');
      const portal = await openPortal({ scheduler });
      const client = await portal.client();
      const started = await client.start('component:default/broken');
      const build = await client.untilFinished(started.id);

      expect(build).toMatchObject({
        phase: 'Failed',
        reason: {
          code: 'StepFailed',
          category: 'User',
          exitCode: 7,
          location: { line: 6, file: 'Dockerfile' },
        },
      });
      expect(build.tasks[0].attempts).toHaveLength(1);
      expect(
        await demo.registry.digestOf(`${demo.image('broken')}:main`),
      ).toBeUndefined();

      await openBuildTab(page, portal.baseUrl, 'broken');
      await page.goto(`${page.url()}/${build.number}`);
      const failure = page.getByRole('region', { name: 'Why it failed' });
      await expect(failure).toContainText('exit code 7');
      await expect(failure).toContainText('Nothing was tagged');
      await expect(failure).toContainText('about to fail');
    });
  });
}
