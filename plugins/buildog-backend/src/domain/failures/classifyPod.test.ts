import { ended, expectFailure } from '../__testUtils__/failures';
import type { FailureRow } from '../__testUtils__/failures';
import { at, present } from '../__testUtils__/fixtures';

const rows: FailureRow[] = [
  [
    'job deleted by hand',
    { seen: { state: 'Absent' } },
    'JobDeleted',
    'Infrastructure',
    true,
    /buildog-test was deleted/,
  ],
  [
    'pod deleted',
    {
      seen: present(undefined, {
        jobCondition: {
          type: 'Failed',
          reason: 'BackoffLimitExceeded',
          message: '',
        },
      }),
    },
    'PodDeleted',
    'Infrastructure',
    true,
    /pod of job buildog-test was deleted/,
  ],
  [
    'pod being deleted',
    {
      seen: present({
        removing: true,
        containers: [ended('build', { exitCode: 137 })],
      }),
    },
    'PodDeleted',
    'Infrastructure',
    true,
    /deleted/,
  ],
  [
    'evicted',
    {
      seen: present({
        phase: 'Failed',
        reason: 'Evicted',
        message: 'The node was low on resource: memory.',
      }),
    },
    'PodEvicted',
    'Infrastructure',
    true,
    /low on resource: memory/,
  ],
  [
    'evicted by the API',
    { seen: present({ disruption: 'EvictionByEvictionAPI' }) },
    'PodEvicted',
    'Infrastructure',
    true,
    /evicted/,
  ],
  [
    'disk limit',
    {
      seen: present({
        phase: 'Failed',
        reason: 'Evicted',
        message:
          'Pod ephemeral local storage usage exceeds the total limit of containers 10Gi.',
      }),
    },
    'EphemeralStorageExceeded',
    'User',
    false,
    /more disk than its limit of 10 GiB/,
  ],
  [
    'node lost',
    { seen: present({ phase: 'Failed', reason: 'NodeLost' }) },
    'NodeLost',
    'Infrastructure',
    true,
    /^The node went away\.$/,
  ],
  [
    'node shut down',
    { seen: present({ phase: 'Failed', reason: 'Terminated' }) },
    'NodeLost',
    'Infrastructure',
    true,
    /node/,
  ],
  [
    'taint manager',
    { seen: present({ disruption: 'DeletionByTaintManager' }) },
    'NodeLost',
    'Infrastructure',
    true,
    /node/,
  ],
  [
    'deadline by the job',
    {
      seen: present(
        { containers: [ended('build', { exitCode: 137 })] },
        {
          jobCondition: {
            type: 'Failed',
            reason: 'DeadlineExceeded',
            message: '',
          },
        },
      ),
    },
    'DeadlineExceeded',
    'User',
    false,
    /limit of 30 min/,
  ],
  [
    'deadline by ourselves',
    { seen: present({}), now: at(1830) },
    'DeadlineExceeded',
    'User',
    false,
    /30 min/,
  ],
  [
    'no answer until the deadline',
    { now: at(1830) },
    'ClusterUnreachable',
    'Infrastructure',
    true,
    /prod-eu did not answer/,
  ],
];

describe('classifyPod', () => {
  it.each(rows)('%s', expectFailure);
});
