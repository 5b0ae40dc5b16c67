import { schedulerTask } from '../testing/schedulerTask';
import { SchedulerError } from './SchedulerError';
import {
  MAX_TOTAL_BYTES,
  MAX_VALUES,
  checkSchedulerTask,
} from './checkSchedulerTask';

const refusal = (overrides: Parameters<typeof schedulerTask>[0]) => {
  try {
    checkSchedulerTask(schedulerTask(overrides));
  } catch (error) {
    return (error as SchedulerError).reason;
  }
  throw new Error('was not refused');
};

const many = (count: number, bytes: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `A${index}`,
      'x'.repeat(bytes),
    ]),
  );

describe('checkSchedulerTask', () => {
  it('admits what is in order', () => {
    expect(() =>
      checkSchedulerTask(
        schedulerTask({
          context: 'a/b.c',
          dockerfile: 'd/Dockerfile.x',
          target: 'build-1',
          platform: { os: 'linux', architecture: 'arm64', cpuVariant: 'v8' },
          buildArgs: { _A1: 'line\nline', B: '' },
          sourceDateEpoch: 0,
        }),
      ),
    ).not.toThrow();
  });

  it.each([
    [{ dockerfile: '.' }, 'dockerfile'],
    [{ dockerfile: 'a\u0000' }, 'dockerfile'],
    [{ dockerfile: 'a'.repeat(2000) }, 'dockerfile'],
    [{ context: 'a/../b' }, 'context'],
    [{ target: 'x'.repeat(129) }, 'target'],
    [{ target: 'a"b' }, 'target'],
    [{ platform: { os: 'Linux', architecture: 'amd64' } }, 'platform'],
    [
      { platform: { os: 'linux', architecture: 'a', cpuVariant: '' } },
      'platform',
    ],
    [{ buildArgs: { '1A': '' } }, 'buildArgs'],
    [{ buildArgs: { ['A'.repeat(300)]: '' } }, 'buildArgs'],
    [{ labels: { 'a b': '' } }, 'labels'],
    [{ annotations: { '=': '' } }, 'annotations'],
    [{ labels: { a: '\u0000' } }, 'labels.a'],
    [{ sourceDateEpoch: -1 }, 'sourceDateEpoch'],
    [{ sourceDateEpoch: 1.5 }, 'sourceDateEpoch'],
  ])('refuses %j', (overrides, field) => {
    const reason = refusal(overrides);
    expect(reason).toMatchObject({
      code: 'BuildInputInvalid',
      category: 'User',
    });
    expect(reason.message.startsWith(field)).toBe(true);
    expect(reason.message.length).toBeLessThan(300);
  });

  it('refuses more than the kernel and the API server take', () => {
    expect(refusal({ buildArgs: many(MAX_VALUES + 1, 1) }).message).toContain(
      String(MAX_VALUES),
    );
    expect(refusal({ buildArgs: many(6, 60_000) }).message).toContain(
      String(MAX_TOTAL_BYTES),
    );
  });

  it.each([
    'HTTP_PROXY',
    'https_proxy',
    'NO_PROXY',
    'TARGETARCH',
    'BUILDPLATFORM',
    'SOURCE_DATE_EPOCH',
    'LD_PRELOAD',
    'KANIKO_DIR',
    'FF_KANIKO_X',
    'BUILDKIT_INLINE_CACHE',
  ])('keeps the name %s for builders', name => {
    expect(refusal({ buildArgs: { [name]: 'x' } }).message).toContain(
      'reserved',
    );
  });
});
