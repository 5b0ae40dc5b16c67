import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectAccessible } from '../support/axe.ts';
import { EmbeddedPortal } from '../support/EmbeddedPortal.ts';
import { expect, test } from '../support/fixtures.ts';
import { openBuildTab } from '../support/pages.ts';
import { program } from '../support/program.ts';
import { runWithRunc } from '../support/runWithRunc.ts';

test.describe('without a cluster', () => {
  let portal: EmbeddedPortal;
  test.beforeAll(async () => {
    portal = await EmbeddedPortal.start();
  });
  test.afterAll(() => portal?.stop());

  test('a person presses Build, and the image is built on this machine, signed, and runs', async ({
    page,
    demo,
  }) => {
    const { component, image, revision, publicKeyFile } = portal.prepared;
    await openBuildTab(page, portal.backend.baseUrl, component);
    await page.getByRole('button', { name: 'Build main' }).click();
    await page.waitForURL(/\/build\/\d+/);
    await expect(page.getByText('Succeeded').first()).toBeVisible();
    await expectAccessible(page, 'a build on this machine');

    const bin = (name: string) => join(demo.state.cluster.tools.binDir, name);
    const digest = (
      await program('skopeo', [
        ...['inspect', '--tls-verify=false', '--no-creds'],
        ...['--format', '{{.Digest}}', `docker://${image}:main`],
      ])
    ).trim();
    const client = await portal.client();
    const { body: build } = await client.request(
      'GET',
      `entities/component/default/${component}/builds/1`,
    );
    expect(build).toMatchObject({ digest, signed: 'Signed' });
    // The stock program, with the public key and nothing of ours.
    const verified = await program(bin('cosign'), [
      ...['verify', '--key', publicKeyFile, '--insecure-ignore-tlog=true'],
      ...['--allow-insecure-registry', '--allow-http-registry'],
      `${image}@${digest}`,
    ]);
    expect(verified).toContain(digest);
    const said = await runWithRunc(
      bin('runc'),
      `${image}@${digest}`,
      join(portal.folder, 'run'),
    );
    expect(said).toMatch(
      new RegExp(`^Hello from commit ${revision}, nonce [0-9a-f]{16}\\n$`),
    );

    appendFileSync(
      process.env.BUILDOG_TEST_EVIDENCE ?? '/dev/null',
      `${JSON.stringify({
        detail: 'our own builder, as processes of this machine',
      })}\n`,
    );
  });
});
