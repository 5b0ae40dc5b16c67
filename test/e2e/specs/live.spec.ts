import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/axe.ts';
import { builders } from '../support/builders.ts';
import { expect, test } from '../support/fixtures.ts';
import { receivedLog, storedLog } from '../support/logText.ts';
import { openBuildTab, useTheme } from '../support/pages.ts';

const [scheduler] = builders();
const shots = join(import.meta.dirname, '../../../test-results/screenshots');

// Backstage mounts all of itself anew with another theme: one at a time.
for (const theme of ['light', 'dark'] as const) {
  test(`a log whose connection is cut goes on where it stopped, and fills the screen, ${theme}`, async ({
    page,
    demo,
    openPortal,
  }) => {
    const door = `ticks-${Date.now()}`;
    await demo.pushFixture('ticks', { DOOR: door });
    const portal = await openPortal({ scheduler });
    await useTheme(page, theme);
    await openBuildTab(page, portal.baseUrl, 'ticks');
    await page.getByRole('button', { name: 'Build main' }).click();
    await page.waitForURL(/\/build\/\d+/);
    const number = Number(/build\/(\d+)/.exec(page.url())?.[1]);
    await expect
      .poll(() => lastTick(page), { timeout: 90_000 })
      .toBeGreaterThan(9);

    await portal.backend.kill();
    const notice = page.getByText(
      /^Connection lost at \d+:\d\d.*The log goes on where it stopped\.$/,
    );
    await expect(notice).toBeVisible();
    await look(page, `${theme}-connection-lost`);
    const seen = await lastTick(page);

    await portal.backend.start();
    await expect.poll(() => lastTick(page)).toBeGreaterThan(seen + 9);
    await expect(notice).toBeHidden();

    // Full screen and back, with nothing but the keyboard.
    await page.getByRole('button', { name: 'Full screen' }).focus();
    await page.keyboard.press('Enter');
    const leave = page.getByRole('button', { name: 'Leave full screen' });
    await expect(leave).toBeFocused();
    await expect.poll(() => fullScreenLabel(page)).toBe('Log');
    await look(page, `${theme}-full-screen`);
    await page.keyboard.press('Enter');
    await expect.poll(() => fullScreenLabel(page)).toBeUndefined();

    // The page of a build that succeeded reads anew when asked: look before.
    const received = await receivedLog(page);
    demo.gate.open(door);
    await expect(page.getByTestId('build-phase')).toContainText('Succeeded', {
      timeout: 120_000,
    });
    const client = await portal.client();
    const { body: build } = await client.request(
      'GET',
      `entities/component/default/ticks/builds/${number}`,
    );
    const stored = await storedLog(client, build);
    expect(stored.startsWith(received)).toBe(true);
    expect(ticksOf(received).length).toBeGreaterThan(seen);
    const all = ticksOf(stored);
    expect(all).toEqual(all.map((_, index) => index + 1));
    expect(stored).toContain(`${all.length} ticks`);
  });
}

/** The numbers that `RUN` printed, as the builder's log has them. */
function ticksOf(log: string): number[] {
  return [...log.matchAll(/ tick (\d+)$/gm)].map(match => Number(match[1]));
}

/** The highest number in sight. */
async function lastTick(page: Page): Promise<number> {
  const text = await page.getByRole('log').innerText();
  const ticks = [...text.matchAll(/tick (\d+)/g)].map(m => Number(m[1]));
  return Math.max(0, ...ticks);
}

function fullScreenLabel(page: Page): Promise<string | undefined> {
  return page.evaluate<string | undefined>(
    'document.fullscreenElement?.getAttribute("aria-label") ?? undefined',
  );
}

async function look(page: Page, what: string): Promise<void> {
  await page.screenshot({ path: join(shots, `live-${what}.png`) });
  await expectAccessible(page, what);
}
