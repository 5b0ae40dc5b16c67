import { test as base } from '@playwright/test';
import { Demo } from './Demo.ts';
import { Portal, type PortalOptions } from './Portal.ts';

/** A portal on demand; it is stopped when the worker ends or the next one starts. */
export type OpenPortal = (options: PortalOptions) => Promise<Portal>;

/**
 * `test` with the prepared cluster and portals on it. Portals share one port,
 * so there is one at a time; the same options give the running one again.
 */
export const test = base.extend<object, { demo: Demo; openPortal: OpenPortal }>(
  {
    demo: [
      // eslint-disable-next-line no-empty-pattern
      async ({}, use) => {
        const demo = await Demo.open();
        await use(demo);
        await demo.close();
      },
      { scope: 'worker' },
    ],
    openPortal: [
      async ({ demo }, use) => {
        let current: { key: string; portal: Portal } | undefined;
        await use(async options => {
          const key = JSON.stringify(options);
          if (current?.key === key) return current.portal;
          await current?.portal.stop();
          current = { key, portal: await Portal.start(demo, options) };
          return current.portal;
        });
        await current?.portal.stop();
      },
      { scope: 'worker' },
    ],
  },
);

export { expect } from '@playwright/test';
