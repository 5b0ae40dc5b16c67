import type { BuildScheduler } from '@buildog/plugin-buildog-node';
import { z } from 'zod';

/**
 * A scheduler whose builder prints `STEP n: INSTRUCTION`, `CACHED` and
 * `error: …`.
 */
export const fakeBuilder: BuildScheduler = {
  type: 'fake',
  contractVersion: 1,
  settingsSchema: z.unknown(),
  prepare: (task, workspace) => ({
    containers: [
      {
        name: 'build',
        image: 'builder@sha256:0',
        args: [`--dockerfile=${task.dockerfile}`],
        env: {},
        security: {
          runAsNonRoot: false,
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: false,
          addCapabilities: [],
          seccomp: 'RuntimeDefault',
        },
        emptyDirs: [],
      },
    ],
    output: { type: 'OciLayout', path: `${workspace.outputDir}/image` },
    needs: { podSecurity: 'baseline', userNamespaces: 'supported' },
  }),
  createLogParser: () => ({
    readLine(line) {
      const step = /^STEP \d+: (.*)$/.exec(line);
      if (step) return { type: 'step', instruction: step[1] };
      if (line === 'CACHED') return { type: 'cached' };
      const error = /^error: (.*)$/.exec(line);
      return error
        ? { type: 'error', message: error[1], cause: 'StepFailed' }
        : { type: 'output', text: line };
    },
  }),
};
