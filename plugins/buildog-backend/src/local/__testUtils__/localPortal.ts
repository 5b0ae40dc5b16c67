import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import type { BackendFeature } from '@backstage/backend-plugin-api';
import { mockServices } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  buildogRunnersExtensionPoint,
  buildogSchedulersExtensionPoint,
} from '@buildog/plugin-buildog-node';
import { component } from '../../http/__testUtils__/entities';
import { buildogPlugin } from '../../plugin';
import { LocalRunner } from '../LocalRunner';
import { layoutBuilder } from './layoutBuilder';
import { TEST_NODE } from './testNode';

/** What a portal of a test is made with. */
export interface LocalPortalOptions {
  /** For everything it keeps. */
  folder: string;
  /** `http://127.0.0.1:PORT`, with a repository `app.git`. */
  gitUrl: string;
  /** Of the embedded registry. */
  port: number;
}

/** A backend that builds on this machine, into the registry it has itself. */
export function localPortal(options: LocalPortalOptions): BackendFeature[] {
  const { folder, gitUrl, port } = options;
  return [
    buildogPlugin,
    createBackendModule({
      pluginId: 'buildog',
      moduleId: 'local-test',
      register(env) {
        env.registerInit({
          deps: {
            logger: coreServices.logger,
            runners: buildogRunnersExtensionPoint,
            schedulers: buildogSchedulersExtensionPoint,
          },
          async init({ logger, runners, schedulers }) {
            runners.addRunner(
              await LocalRunner.create({
                config: {
                  root: join(folder, 'builds'),
                  concurrency: 4,
                  limits: {},
                  nice: 0,
                },
                installationId: 'local-test',
                logger,
                node: TEST_NODE,
              }),
            );
            schedulers.addScheduler(layoutBuilder);
          },
        });
      },
    }),
    mockServices.rootConfig.factory({
      data: {
        backend: {
          database: {
            client: 'better-sqlite3',
            connection: { directory: join(folder, 'database') },
          },
        },
        buildog: {
          installationId: 'local-test',
          embeddedRegistry: {
            enabled: true,
            root: join(folder, 'registry'),
            port,
          },
          sources: {
            allowHttp: true,
            allowedHosts: [new URL(gitUrl).host],
          },
        },
      },
    }),
    catalogServiceMock.factory({
      entities: [
        component('app', {
          annotations: {
            'backstage.io/source-location': `url:${gitUrl}/app.git`,
            'buildog.dev/config': 'default',
          },
        }),
      ],
    }),
  ];
}

/** Commits these files, and no others, to the repository `app.git` below a folder. */
export async function commitSource(
  folder: string,
  files: Record<string, string>,
): Promise<void> {
  const repository = join(folder, 'app.git');
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', repository, ...args], {
      env: {
        PATH: process.env.PATH,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        HOME: '/nonexistent',
        GIT_AUTHOR_NAME: 'Kim',
        GIT_AUTHOR_EMAIL: 'kim@example.org',
        GIT_COMMITTER_NAME: 'Kim',
        GIT_COMMITTER_EMAIL: 'kim@example.org',
      },
    });
  await mkdir(repository, { recursive: true });
  git('init', '-q', '-b', 'main');
  git('rm', '-q', '-r', '--ignore-unmatch', '.');
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(repository, name), text);
  }
  git('add', '-A');
  git('commit', '-q', '-m', 'files');
}
