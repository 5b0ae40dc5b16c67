import type { BuildContainer, PreparedJob } from '@buildog/plugin-buildog-node';
import { config, job } from '../testing/jobs.fixture';
import { checkJob } from './checkJob';

function withContainer(change: Partial<BuildContainer>): PreparedJob {
  const made = job();
  made.build.containers = [{ ...made.build.containers[0], ...change }];
  return made;
}
const withAttempt = (change: object) =>
  job({ attempt: { ...job().attempt, ...change } });

describe('checkJob', () => {
  it('lets an ordinary job pass', () => {
    expect(() => checkJob(job(), config)).not.toThrow();
  });

  it.each([
    ['attempt.name', withAttempt({ name: 'Upper' })],
    ['attempt.name', withAttempt({ name: 'x'.repeat(64) })],
    ['attempt.name', withAttempt({ name: '../x' })],
    ['attempt.buildId', withAttempt({ buildId: 'a/b' })],
    ['attempt.attemptId', withAttempt({ attemptId: '' })],
    ['deadlineSeconds', job({ deadlineSeconds: 0 })],
    [
      'resources.memoryBytes',
      job({ resources: { ...job().resources, memoryBytes: -1 } }),
    ],
    [
      'resources.cpuRequestMillis',
      job({ resources: { ...job().resources, cpuRequestMillis: NaN } }),
    ],
    ['build.containers', job({ build: { ...job().build, containers: [] } })],
    ['build.containers[0].name', withContainer({ name: 'publish' })],
    ['build.containers[0].name', withContainer({ name: 'proxy' })],
    ['build.containers[0].name', withContainer({ name: 'a_b' })],
    ...[
      '/buildog',
      '/buildog/credentials',
      '//buildog/input',
      '/x/../buildog',
      'relative',
      '/a:b',
    ].map(
      mountPath =>
        [
          'build.containers[0].emptyDirs[0].mountPath',
          withContainer({ emptyDirs: [{ name: 'd', mountPath }] }),
        ] as const,
    ),
    ['build.containers[0].files', withContainer({ files: { '..': 'x' } })],
    ['build.containers[0].files', withContainer({ files: { 'a/b': 'x' } })],
  ] as [string, PreparedJob][])('refuses %s', (field, made) => {
    expect(() => checkJob(made, config)).toThrow(
      expect.objectContaining({
        code: 'InvalidJob',
        message: expect.stringContaining(`${field} cannot be`),
      }),
    );
  });

  it('refuses two containers of one name', () => {
    const made = job();
    made.build.containers.push(made.build.containers[0]);
    expect(() => checkJob(made, config)).toThrow(/build.containers/);
  });

  it('refuses an owner that is no user', () => {
    const made = job();
    made.build.output.ownerUid = -1;
    expect(() => checkJob(made, config)).toThrow(/ownerUid cannot be -1/);
  });

  it('refuses a builder that cannot run as the cluster requires', () => {
    const made = job();
    made.build.needs.userNamespaces = 'unsupported';
    expect(() => checkJob(made, { ...config, hostUsers: 'required' })).toThrow(
      /hostUsers: required.*choose another scheduler/,
    );
    expect(() => checkJob(made, config)).not.toThrow();
  });
});
