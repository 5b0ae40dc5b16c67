import type {
  SchedulerTask,
  WorkspaceLayout,
} from '@buildog/plugin-buildog-node';

/**
 * A task that every scheduler can prepare, for tests.
 * @public
 */
export function schedulerTask(
  overrides: Partial<SchedulerTask> = {},
): SchedulerTask {
  return {
    variant: 'default',
    platform: { os: 'linux', architecture: 'amd64' },
    dockerfile: 'Dockerfile',
    context: '.',
    buildArgs: { VERSION: '1' },
    labels: { 'org.opencontainers.image.revision': 'abc' },
    annotations: {},
    resources: {
      memoryBytes: 1_073_741_824,
      ephemeralStorageBytes: 4_294_967_296,
      cpuRequestMillis: 500,
    },
    ...overrides,
  };
}

/**
 * Folders of a job below `root`, for tests.
 * @public
 */
export function workspaceLayout(root = '/buildog'): WorkspaceLayout {
  return {
    sourceDir: `${root}/workspace`,
    outputDir: `${root}/output`,
    scratchDir: `${root}/scratch`,
    filesDir: `${root}/files`,
  };
}
