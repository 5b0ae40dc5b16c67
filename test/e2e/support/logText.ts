import { readFile } from 'node:fs/promises';
import type { Build } from '@buildog/plugin-buildog-common';
import type { Page } from '@playwright/test';
import type { BuildogClient } from './BuildogClient.ts';

/** Every byte that the log viewer of the open page has received, as its download gives it. */
export async function receivedLog(page: Page): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download the log' }).click(),
  ]);
  return readFile(await download.path(), 'utf8');
}

/** The log of a build's last attempt as the API has it: all its containers, in order. */
export async function storedLog(
  client: BuildogClient,
  build: Build,
): Promise<string> {
  const attempt = build.tasks[0].attempts.at(-1);
  let text = '';
  for (const { name } of attempt?.containers ?? []) {
    if (name === 'sidecar') continue;
    const { body } = await client.request(
      'GET',
      `builds/${build.id}/attempts/${attempt?.id}/logs/${name}/download`,
    );
    text += body;
  }
  return text;
}
