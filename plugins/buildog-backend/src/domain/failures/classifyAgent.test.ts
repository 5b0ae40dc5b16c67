import { agentFailure, ended, expectFailure } from '../__testUtils__/failures';
import type { FailureRow } from '../__testUtils__/failures';
import { present } from '../__testUtils__/fixtures';

const rows: FailureRow[] = [
  [
    'init out of memory',
    {
      seen: present({
        containers: [ended('init', { reason: 'OOMKilled', exitCode: 137 })],
      }),
    },
    'InitOutOfMemory',
    'Infrastructure',
    true,
    /init needed more memory/,
  ],
  [
    'private repository',
    {
      seen: present({
        containers: [
          ended('init', {
            exitCode: 10,
            message: agentFailure('init', 'GitRemotePrivate', 'User', false),
          }),
        ],
      }),
    },
    'GitRemotePrivate',
    'User',
    false,
    /says the agent/,
  ],
  [
    'git host away',
    {
      seen: present({
        containers: [
          ended('init', {
            exitCode: 11,
            message: agentFailure(
              'init',
              'GitHostUnreachable',
              'Infrastructure',
              true,
            ),
          }),
        ],
      }),
    },
    'GitHostUnreachable',
    'Infrastructure',
    true,
    /./,
  ],
  [
    'broken input',
    {
      seen: present({
        containers: [
          ended('init', {
            exitCode: 2,
            message: agentFailure(
              'init',
              'InputInvalid',
              'Infrastructure',
              false,
            ),
          }),
        ],
      }),
    },
    'InputInvalid',
    'Infrastructure',
    false,
    /./,
  ],
  [
    'init without a result',
    { seen: present({ containers: [ended('init', { message: 'panic' })] }) },
    'ResultInvalid',
    'Infrastructure',
    true,
    /exit code 1 and left no result/,
  ],
  [
    'push refused',
    {
      seen: present({
        containers: [
          ended('init', { exitCode: 0 }),
          ended('build', { exitCode: 0 }),
          ended('publish', {
            exitCode: 12,
            message: agentFailure(
              'publish',
              'PushDenied',
              'Infrastructure',
              false,
            ),
          }),
        ],
      }),
    },
    'PushDenied',
    'Policy',
    false,
    /^The registry refused the push \(403\)\. Nothing was tagged\.$/,
  ],
  [
    'push to nowhere',
    {
      seen: present({
        containers: [
          ended('publish', {
            exitCode: 11,
            message: agentFailure(
              'publish',
              'RegistryUnreachable',
              'Infrastructure',
              true,
            ),
          }),
        ],
      }),
    },
    'RegistryUnreachable',
    'Infrastructure',
    true,
    /did not answer/,
  ],
];

describe('classifyAgent', () => {
  it.each(rows)('%s', expectFailure);
});
