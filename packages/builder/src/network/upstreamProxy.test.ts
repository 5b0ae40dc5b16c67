import { upstreamFromEnvironment } from './upstreamProxy';

describe('upstreamFromEnvironment', () => {
  it('finds the proxy for each kind of request', () => {
    const find = upstreamFromEnvironment({
      HTTP_PROXY: 'http://plain:8080',
      https_proxy: 'http://us%40er:p%3Ass@secure:3128/',
      NO_PROXY: 'localhost, .corp.example,*.other.example,direct.example:8443',
    });
    expect(find('example.com', 80)).toEqual({ host: 'plain', port: 8080 });
    expect(find('example.com', 443)).toEqual({
      host: 'secure',
      port: 3128,
      authorization: `Basic ${Buffer.from('us@er:p:ss').toString('base64')}`,
    });
    expect(find('localhost', 443)).toBeUndefined();
    expect(find('a.corp.example', 443)).toBeUndefined();
    expect(find('a.other.example', 80)).toBeUndefined();
    expect(find('direct.example', 8443)).toBeUndefined();
    expect(find('direct.example', 443)).toBeDefined();
  });

  it('takes ALL_PROXY, bare addresses, and nothing else', () => {
    const all = upstreamFromEnvironment({ all_proxy: 'proxy:1080' });
    expect(all('x.example', 443)).toEqual({ host: 'proxy', port: 1080 });
    for (const value of ['socks5://x:1', 'http://', '::', 'https://x']) {
      expect(
        upstreamFromEnvironment({ ALL_PROXY: value })('x.example', 80),
      ).toBeUndefined();
    }
    const star = { HTTP_PROXY: 'http://x', NO_PROXY: '*' };
    expect(upstreamFromEnvironment(star)('x.example', 80)).toBeUndefined();
  });
});
