import { join } from 'node:path';
import { expectAccessible } from '../support/axe.ts';
import { builders } from '../support/builders.ts';
import { expect, test } from '../support/fixtures.ts';
import { openBuildTab, useTheme } from '../support/pages.ts';

const [scheduler] = builders();
const shots = join(import.meta.dirname, '../../../test-results/screenshots');

for (const app of ['app', 'app-legacy'] as const) {
  test.describe(`the pages of ${app}`, () => {
    for (const theme of ['light', 'dark'] as const) {
      test(`have nothing axe objects to, ${theme}`, async ({
        page,
        demo,
        openPortal,
      }) => {
        await demo.pushFixture('gate');
        await demo.pushFixture('broken');
        demo.gate.open('first');
        const portal = await openPortal({ scheduler, app });
        const client = await portal.client();
        for (const name of ['gate', 'broken']) {
          const { body } = await client.request(
            'GET',
            `builds?entityRef=component:default/${name}`,
          );
          if (body.items.length === 0) {
            const { id } = await client.start(`component:default/${name}`);
            await client.untilFinished(id);
          }
        }
        await useTheme(page, theme);
        for (const [component, what] of [
          ['gate', 'succeeded'],
          ['broken', 'failed'],
        ]) {
          await openBuildTab(page, portal.baseUrl, component);
          await expect(
            page.getByRole('table', { name: 'Builds' }),
          ).toBeVisible();
          await page.screenshot({
            path: join(shots, `${app}-${theme}-tab-${what}.png`),
          });
          await expectAccessible(page, `the tab of ${component}`);

          await page.getByRole('link', { name: /^#1 / }).click();
          await page.waitForURL(/\/build\/1/);
          await expect(page.getByTestId('build-phase')).toBeVisible();
          await page.screenshot({
            path: join(shots, `${app}-${theme}-build-${what}.png`),
            fullPage: true,
          });
          await expectAccessible(page, `the build of ${component}`);
        }
        await openBuildTab(page, portal.baseUrl, 'not-enabled');
        await expect(
          page.getByText('buildog.dev/config').first(),
        ).toBeVisible();
        await page.screenshot({
          path: join(shots, `${app}-${theme}-empty.png`),
        });
        await expectAccessible(page, 'the empty state');
      });
    }

    test('fit a narrow screen', async ({ page, openPortal }) => {
      const portal = await openPortal({ scheduler, app });
      await page.setViewportSize({ width: 420, height: 900 });
      await openBuildTab(page, portal.baseUrl, 'broken');
      await expect(page.getByRole('list', { name: 'Builds' })).toBeVisible();
      const overflow = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect(overflow).toBeLessThanOrEqual(0);
      await page.screenshot({ path: join(shots, `${app}-narrow-tab.png`) });
      await expectAccessible(page, 'the narrow tab');
    });
  });
}
