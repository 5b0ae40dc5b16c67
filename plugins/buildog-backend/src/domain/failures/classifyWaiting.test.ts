import { expectFailure } from '../__testUtils__/failures';
import type { FailureRow } from '../__testUtils__/failures';
import { at, present } from '../__testUtils__/fixtures';

const rows: FailureRow[] = [
  [
    'quota',
    {
      seen: present(undefined, {
        createFailure: {
          reason: 'FailedCreate',
          message: 'exceeded quota: builds',
        },
      }),
      now: at(300),
    },
    'QuotaExceeded',
    'Infrastructure',
    false,
    /exceeded quota: builds/,
  ],
  [
    'admission',
    {
      seen: present(undefined, {
        createFailure: {
          reason: 'FailedCreate',
          message: 'violates PodSecurity "baseline"',
        },
      }),
    },
    'AdmissionRefused',
    'Policy',
    false,
    /violates PodSecurity/,
  ],
  [
    'never scheduled',
    {
      seen: present({
        unschedulable: {
          since: at(0),
          message: '0/3 nodes are available: 3 Insufficient memory.',
        },
      }),
      now: at(300),
    },
    'NeverScheduled',
    'Infrastructure',
    false,
    /5 min: 0\/3 nodes/,
  ],
  [
    'no such platform',
    {
      seen: present({
        unschedulable: {
          since: at(0),
          message:
            "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.",
        },
      }),
      now: at(300),
    },
    'NodePlatformNotFound',
    'Policy',
    false,
    /No Ready node in prod-eu/,
  ],
  [
    'image pull',
    {
      seen: present({
        containers: [
          {
            name: 'build',
            state: 'Waiting',
            reason: 'ImagePullBackOff',
            message: 'not found',
          },
        ],
      }),
      now: at(120),
    },
    'ImagePullFailed',
    'Infrastructure',
    true,
    /container build could not be pulled: not found/,
  ],
  [
    'image pull limit',
    {
      seen: present({
        containers: [
          {
            name: 'build',
            state: 'Waiting',
            reason: 'ErrImagePull',
            message: '429 Too Many Requests: toomanyrequests',
          },
        ],
      }),
      now: at(120),
    },
    'ImagePullRateLimited',
    'Infrastructure',
    true,
    /mirror or a credential/,
  ],
  [
    'image name',
    {
      seen: present({
        containers: [
          {
            name: 'build',
            state: 'Waiting',
            reason: 'InvalidImageName',
            message: 'bad',
          },
        ],
      }),
    },
    'InvalidImageName',
    'Policy',
    false,
    /invalid name/,
  ],
  [
    'container config',
    {
      seen: present({
        containers: [
          {
            name: 'init',
            state: 'Waiting',
            reason: 'CreateContainerConfigError',
            message: 'secret not found',
          },
        ],
      }),
      now: at(120),
    },
    'ContainerStartFailed',
    'Infrastructure',
    true,
    /secret not found/,
  ],
];

describe('classifyWaiting', () => {
  it.each(rows)('%s', expectFailure);
});
