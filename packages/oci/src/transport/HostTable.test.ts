import { HostTable } from './HostTable';

describe('HostTable', () => {
  const table = new HostTable({
    'plain.example:5000': { plainHttp: true },
    'token.plain.example': { plainHttp: true },
    'named.example': { apiHost: 'api.example' },
  });
  const secure = new URL('https://r.example/v2/a/');
  const plain = new URL('http://plain.example:5000/v2/a/');

  it('knows where an API is', () => {
    expect(table.originFor('docker.io').href).toBe(
      'https://registry-1.docker.io/',
    );
    expect(table.originFor('named.example').href).toBe('https://api.example/');
    expect(table.originFor('plain.example:5000').href).toBe(
      'http://plain.example:5000/',
    );
    expect(table.originFor('plain.example').protocol).toBe('https:');
  });

  it.each([
    ['/v2/x', secure, 'https://r.example/v2/x'],
    ['../x?y=z#hash', secure, 'https://r.example/v2/x?y=z'],
    ['https://cdn.example/x', secure, 'https://cdn.example/x'],
    ['https://cdn.example/x', plain, 'https://cdn.example/x'],
    ['http://plain.example:5000/x', plain, 'http://plain.example:5000/x'],
    ['http://token.plain.example/x', plain, 'http://token.plain.example/x'],
  ])('follows %s from %s', (target, from, expected) => {
    expect(table.resolve(target, from, 'redirect').href).toBe(expected);
  });

  it.each([
    ['http://r.example/v2/', secure, 'from https to http'],
    // Configured or not: a step down is a step down.
    ['http://plain.example:5000/', secure, 'from https to http'],
    ['http://other.example/', plain, 'not configured as plainHttp'],
    ['http://plain.example:5001/', plain, 'not configured as plainHttp'],
    ['https://user:hunter2@cdn.example/', secure, 'user name or password'],
    ['https://good.example@evil.example/', secure, 'user name or password'],
    ['https://169.254.169.254/latest/meta-data', secure, 'link-local'],
    ['https://2852039166/', secure, 'link-local'],
    ['https://0xa9.0xfe.0xa9.0xfe/', secure, 'link-local'],
    ['https://[fe80::1]/', secure, 'link-local'],
    ['https://[::ffff:169.254.169.254]/', secure, 'link-local'],
    ['file:///etc/passwd', secure, 'neither https nor http'],
    ['data:text/plain,x', secure, 'neither https nor http'],
    ['https://[broken/', secure, 'no URL'],
  ])('refuses %s from %s', (target, from, reason) => {
    let error: unknown;
    try {
      table.resolve(target, from, 'redirect');
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({
      code: 'redirectRefused',
      retryable: false,
      message: expect.stringContaining(reason),
    });
    expect(String(error)).not.toContain('hunter2');
  });

  it('refuses hosts that are none', () => {
    expect(() => new HostTable({ 'a b': {} })).toThrow('no host name');
    expect(() => new HostTable({ 'https://r.example': {} })).toThrow();
    expect(() =>
      new HostTable({ 'r.example': { apiHost: 'a b' } }).originFor('r.example'),
    ).toThrow(expect.objectContaining({ code: 'invalidConfig' }));
  });
});
