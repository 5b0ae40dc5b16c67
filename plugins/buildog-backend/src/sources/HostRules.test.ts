import { HostRules } from './HostRules';

const dns =
  (...addresses: string[]) =>
  async () =>
    addresses;

describe('HostRules', () => {
  it.each([
    ['git.example.com', 'git.example.com'],
    ['git.example.com:8443', 'git.example.com:8443'],
    ['*.example.com', 'a.b.example.com'],
    ['10.1.2.3:8080', '10.1.2.3:8080'],
  ])('with %s listed, admits %s wherever it is', (pattern, host) =>
    expect(
      new HostRules([pattern], dns('10.0.0.1')).check(host),
    ).resolves.toBeUndefined(),
  );

  it.each([
    ['git.example.com', 'git.example.com.evil.test'],
    ['git.example.com', 'git.example.com:8443'],
    ['*.example.com', 'example.com'],
    ['*.example.com', 'evilexample.com'],
    ['*.example.com', 'example.com.evil.test'],
  ])('with %s listed, refuses %s and says what is listed', (pattern, host) =>
    expect(
      new HostRules([pattern], dns('1.1.1.1')).check(host),
    ).rejects.toMatchObject({
      reason: {
        code: 'SourceHostNotAllowed',
        message: expect.stringContaining(pattern),
      },
    }),
  );

  it.each([
    '127.0.0.1',
    '10.0.0.1:8080',
    '172.16.5.5',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '[::1]',
    '[fe80::1]:80',
    '[fd00::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:169.254.169.254]',
  ])('without a list, refuses the inner address %s', host =>
    expect(new HostRules(undefined, dns()).check(host)).rejects.toMatchObject({
      reason: { code: 'SourceHostNotAllowed' },
      retryable: false,
    }),
  );

  it('without a list, refuses a name with one inner address', () =>
    expect(
      new HostRules(undefined, dns('1.1.1.1', '10.0.0.1')).check('g.test'),
    ).rejects.toMatchObject({ reason: { code: 'SourceHostNotAllowed' } }));

  it('without a list, admits a public name', () =>
    expect(
      new HostRules(undefined, dns('140.82.121.4', '2606:50c0::1')).check(
        'g.test',
      ),
    ).resolves.toBeUndefined());

  it('says that a retry may help when a name cannot be resolved', () =>
    expect(
      new HostRules(undefined, async () => {
        throw new Error('EAI_AGAIN');
      }).check('g.test'),
    ).rejects.toMatchObject({
      reason: { code: 'GitHostUnreachable' },
      retryable: true,
    }));
});
