import { expect, type Page } from '@playwright/test';

/** Signs in as the guest and opens a component's Build tab. */
export async function openBuildTab(
  page: Page,
  baseUrl: string,
  component: string,
): Promise<void> {
  await page.goto(`${baseUrl}/catalog/default/component/${component}`);
  const enter = page.getByRole('button', { name: 'Enter' });
  // A tab in the old frontend system, a link in the new one's header.
  const tab = page
    .getByRole('tab', { name: /^build$/i })
    .or(page.getByRole('link', { name: 'Build', exact: true }))
    .first();
  await expect(enter.or(tab).first()).toBeVisible();
  if (await enter.isVisible()) await enter.click();
  await tab.click();
  await expect(
    page.getByRole('heading', { name: component }).first(),
  ).toBeVisible();
}

/** Chooses the theme as a person's system does. */
export async function useTheme(
  page: Page,
  theme: 'light' | 'dark',
): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
}
