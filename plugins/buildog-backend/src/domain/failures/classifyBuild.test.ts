import { ended, expectFailure, log, step } from '../__testUtils__/failures';
import type { FailureRow } from '../__testUtils__/failures';
import { present } from '../__testUtils__/fixtures';

const rows: FailureRow[] = [
  [
    'start error',
    {
      seen: present({
        containers: [
          ended('build', {
            exitCode: 128,
            reason: 'StartError',
            message: 'exec: no such file',
          }),
        ],
      }),
      facts: log(),
    },
    'ContainerStartFailed',
    'Infrastructure',
    true,
    /no such file/,
  ],
  [
    'out of memory',
    {
      seen: present({
        containers: [ended('build', { reason: 'OOMKilled', exitCode: 137 })],
      }),
      facts: log({ step }),
    },
    'StepOutOfMemory',
    'User',
    true,
    /^Step 9 needed more memory than its limit of 2 GiB and was stopped\.$/,
  ],
  [
    'only the step killed',
    {
      seen: present({ containers: [ended('build')] }),
      facts: log({ step, error: { message: 'failed: exit status 137' } }),
    },
    'StepOutOfMemory',
    'User',
    true,
    /Step 9/,
  ],
  [
    'step failed',
    {
      seen: present({ containers: [ended('build')] }),
      facts: log({
        step,
        error: {
          message: 'waiting for process to exit: exit status 2',
          cause: 'StepFailed',
        },
      }),
    },
    'StepFailed',
    'User',
    true,
    /^Line 21 ended with exit code 2\.$/,
  ],
  [
    'step failed without a list',
    {
      seen: present({ containers: [ended('build', { exitCode: 3 })] }),
      facts: log({ step: { number: 2, instruction: 'RUN x' } }),
    },
    'StepFailed',
    'User',
    true,
    /^Step 2 ended with exit code 3\.$/,
  ],
  [
    'seccomp',
    {
      seen: present({ containers: [ended('build', { exitCode: 125 })] }),
      facts: log({ seccompRefused: true }),
    },
    'SeccompRefused',
    'Policy',
    true,
    /seccompDefault/,
  ],
  [
    'bad Dockerfile',
    {
      seen: present({ containers: [ended('build')] }),
      facts: log({
        error: {
          message: 'unknown instruction: RNU',
          cause: 'DockerfileInvalid',
        },
      }),
    },
    'DockerfileInvalid',
    'User',
    true,
    /RNU/,
  ],
  [
    'no base image',
    {
      seen: present({ containers: [ended('build')] }),
      facts: log({
        error: { message: 'manifest unknown', cause: 'BaseImageNotFound' },
      }),
    },
    'BaseImageNotFound',
    'User',
    true,
    /manifest unknown/,
  ],
  [
    'private base image',
    {
      seen: present({ containers: [ended('build')] }),
      facts: log({ error: { message: 'denied', cause: 'BaseImageDenied' } }),
    },
    'BaseImageDenied',
    'User',
    true,
    /denied/,
  ],
  [
    'pull limit',
    {
      seen: present({ containers: [ended('build')] }),
      facts: log({ error: { message: '429', cause: 'RegistryRateLimited' } }),
    },
    'RegistryRateLimited',
    'Infrastructure',
    true,
    /429/,
  ],
  [
    'registry away',
    {
      seen: present({ containers: [ended('build')] }),
      facts: log({
        error: { message: 'i/o timeout', cause: 'RegistryUnreachable' },
      }),
    },
    'RegistryUnreachable',
    'Infrastructure',
    true,
    /timeout/,
  ],
  [
    'copy failed',
    {
      seen: present({ containers: [ended('build')] }),
      facts: log({
        step: { number: 3, line: 5, instruction: 'COPY gone .' },
        error: { message: 'gone: no such file' },
      }),
    },
    'BuildFailed',
    'User',
    true,
    /^Line 5 failed: gone: no such file$/,
  ],
  [
    'nobody knows',
    { seen: present({ containers: [ended('build')] }), facts: log() },
    'BuildFailed',
    'User',
    true,
    /^The build failed\.$/,
  ],
];

describe('classifyBuild', () => {
  it.each(rows)('%s', expectFailure);
});
