import { buildahSettingsSchema } from './buildahSettings';

const IMAGE = { image: 'r.example/buildah:1.28' };

const problem = (input: object) => {
  const result = buildahSettingsSchema.safeParse({ ...IMAGE, ...input });
  expect(result.success).toBe(false);
  const [issue] = result.error?.issues ?? [];
  return `${issue.path.join('.')}: ${issue.message}`;
};

describe('buildahSettingsSchema', () => {
  it('needs an image and nothing else', () => {
    expect(buildahSettingsSchema.parse(IMAGE)).toMatchObject({
      ...IMAGE,
      storageDriver: 'vfs',
      compression: 'gzip',
      shortNameRegistries: ['docker.io'],
    });
    expect(problem({ image: undefined })).toMatch(/^image: /);
  });

  it.each([
    [{ storageDriver: 'btrfs' }, /^storageDriver: /],
    [{ logLevel: 'trace' }, /^logLevel: /],
    [{ seccompLocalhostProfile: '/etc/x' }, /^seccompLocalhostProfile: /],
    [{ seccompLocalhostProfile: 'a/../b' }, /^seccompLocalhostProfile: /],
    [{ shortNameRegistries: ['a b'] }, /^shortNameRegistries.0: /],
    [{ retries: -1 }, /^retries: /],
    [{ extraCapabilities: ['SYS_ADMIN'] }, /^extraCapabilities.0: /],
  ])('refuses %j, naming the key', (input, message) => {
    expect(problem(input)).toMatch(message);
  });

  it.each([
    ['--volume=/:/host', 'belongs to the controller'],
    ['--authfile=/x', 'belongs to the controller'],
    ['--isolation=rootless', 'belongs to the controller'],
    ['--secret=id=a,src=/x', 'belongs to the controller'],
    ['--tls-verify=false', 'setting of its own: skipTlsVerifyRegistries'],
    ['-v', 'not one flag'],
    ['--jobs 4', 'not one flag'],
  ])('refuses the flag %j', (flag, message) => {
    expect(problem({ extraFlags: [flag] })).toContain(message);
  });
});
