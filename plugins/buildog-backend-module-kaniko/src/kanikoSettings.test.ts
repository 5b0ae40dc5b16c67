import { kanikoSettingsSchema } from './kanikoSettings';

const problem = (input: unknown) => {
  const result = kanikoSettingsSchema.safeParse(input);
  expect(result.success).toBe(false);
  const [issue] = result.error?.issues ?? [];
  return `${issue.path.join('.')}: ${issue.message}`;
};

describe('kanikoSettingsSchema', () => {
  it('works with nothing given', () => {
    expect(kanikoSettingsSchema.parse({})).toMatchObject({
      image: expect.stringContaining('kaniko'),
      generation: 'osscontainertools',
      verbosity: 'info',
      credentialHelpers: [],
      extraFlags: [],
    });
  });

  it.each([
    [{ verbosity: 'trace' }, /^verbosity: /],
    [{ snapshotMode: 'time' }, /^snapshotMode: /],
    [{ generation: 'mine' }, /^generation: /],
    [{ retries: 99 }, /^retries: /],
    [{ image: 'UPPER/case' }, /^image: "UPPER\/case" is not an image/],
    [{ image: '' }, /^image: /],
    [{ features: { PATH: true } }, /^features/],
    [{ insecureRegistries: ['http://x'] }, /^insecureRegistries.0: "http/],
    [{ registryMap: { 'a;b': ['c'] } }, /^registryMap/],
    [{ registryMap: { a: ['b=c'] } }, /^registryMap.a.0: "b=c" is not/],
    [{ registryMap: { a: [] } }, /^registryMap.a: /],
    [{ registryCertificates: { a: 'x' } }, /^registryCertificates.a: .*PEM/],
    [{ extraCapabilities: ['SYS_ADMIN'] }, /^extraCapabilities.0: /],
    [{ proxy: { http: 'http://me:pw@p:1' } }, /^proxy.http: .*no place here/],
  ])('refuses %j, naming the key', (input, message) => {
    expect(problem(input)).toMatch(message);
  });

  it.each([
    ['--destination=evil.example/x', 'belongs to the controller'],
    ['--context=s3://b', 'belongs to the controller'],
    ['--secret=id=a,src=/x', 'belongs to the controller'],
    ['--kaniko-dir=/', 'belongs to the controller'],
    ['--registry-mirror=m', 'setting of its own: registryMirrors'],
    ['--verbosity=trace', 'setting of its own: verbosity'],
    ['--bogus', 'not known'],
    ['--use-new-run --destination=x', 'not one flag'],
    ['-d', 'not one flag'],
    ['--', 'not one flag'],
    ['--use-new-run=a\nb', 'not one flag'],
    ['--constructor', 'not known'],
    ['use-new-run', 'not one flag'],
  ])('refuses the flag %j', (flag, message) => {
    expect(problem({ extraFlags: ['--use-new-run', flag] })).toMatch(
      /^extraFlags\.1: /,
    );
    expect(problem({ extraFlags: [flag] })).toContain(message);
  });

  it('knows what the official executor has not', () => {
    const official = { generation: 'official' };
    expect(problem({ ...official, extraFlags: ['--materialize'] })).toMatch(
      /^extraFlags.0: "--materialize" is not known/,
    );
    expect(problem({ ...official, credentialHelpers: ['ecr'] })).toMatch(
      /^credentialHelpers: /,
    );
    expect(
      kanikoSettingsSchema.parse({ extraFlags: ['--materialize'] }).extraFlags,
    ).toEqual(['--materialize']);
  });
});
