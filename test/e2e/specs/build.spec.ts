import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { builders } from '../support/builders.ts';
import { expect, test } from '../support/fixtures.ts';
import { openBuildTab } from '../support/pages.ts';
import { program } from '../support/program.ts';
import { waitUntil } from '../support/waitUntil.ts';

for (const scheduler of builders()) {
  test.describe(`with ${scheduler}`, () => {
    test('a person presses Build, watches the log live, and a verified image is in the registry', async ({
      page,
      demo,
      openPortal,
    }) => {
      const door = `${scheduler}-${Date.now()}`;
      const revision = await demo.pushFixture('gate', { DOOR: door });
      const portal = await openPortal({ scheduler });
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
