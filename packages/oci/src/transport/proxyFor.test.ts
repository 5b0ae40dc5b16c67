import { inspect } from 'node:util';
import { proxyFor, proxyFromEnvironment } from './proxyFor';

const proxies = {
  httpsProxy: 'http://secure-proxy:3128',
  httpProxy: 'plain-proxy:3128',
};

describe('proxyFor', () => {
  it('chooses by scheme', () => {
    const of = (url: string) => proxyFor(new URL(url), proxies)?.host;
    expect(of('https://r.example/')).toBe('secure-proxy:3128');
    expect(of('http://r.example/')).toBe('plain-proxy:3128');
    expect(of('https://localhost:5000/')).toBeUndefined();
    expect(of('http://127.0.0.9/')).toBeUndefined();
    expect(of('http://[::1]/')).toBeUndefined();
    expect(proxyFor(new URL('https://r.example'), {})).toBeUndefined();
  });

  it.each([
    ['r.example', 'https://r.example/', true],
    ['r.example', 'https://sub.r.example/', true],
    ['r.example', 'https://xr.example/', false],
    ['.r.example', 'https://r.example/', false],
    ['.r.example', 'https://sub.r.example/', true],
    ['*.r.example', 'https://sub.r.example/', true],
    ['r.example:5000', 'https://r.example:5000/', true],
    ['r.example:5000', 'https://r.example/', false],
    ['r.example:443', 'https://r.example/', true],
    ['other, R.Example ', 'https://r.example/', true],
    ['*', 'https://r.example/', true],
    ['10.0.0.0/8', 'https://10.1.2.3/', true],
    ['10.0.0.0/8', 'https://11.1.2.3/', false],
    ['10.0.0.0/99', 'https://10.1.2.3/', false],
    ['fd00::/8', 'https://[fd00::1]/', true],
    ['10.1.2.3', 'https://10.1.2.3/', true],
    ['2.3', 'https://10.1.2.3/', false],
    ['', 'https://r.example/', false],
    ['/', 'https://r.example/', false],
  ])('NO_PROXY=%s for %s: direct %p', (noProxy, url, direct) => {
    const proxy = proxyFor(new URL(url), { ...proxies, noProxy });
    expect(proxy === undefined).toBe(direct);
  });

  it.each(['socks5://p:1', 'http://user:hunter2@[x', 'file:///x'])(
    'refuses %s and quotes no password',
    httpsProxy => {
      let error: unknown;
      try {
        proxyFor(new URL('https://r.example'), { httpsProxy });
      } catch (caught) {
        error = caught;
      }
      expect(error).toMatchObject({ code: 'invalidConfig' });
      expect(inspect(error, { depth: null })).not.toContain('hunter2');
    },
  );
});

describe('proxyFromEnvironment', () => {
  it('reads either case, the lower one first', () => {
    const env = {
      HTTPS_PROXY: 'A',
      https_proxy: 'b',
      HTTP_PROXY: 'C',
      no_proxy: 'd',
    };
    expect(proxyFromEnvironment(env)).toEqual({
      httpsProxy: 'b',
      httpProxy: 'C',
      noProxy: 'd',
    });
  });

  it('ignores HTTP_PROXY where a request could have set it', () => {
    const env = { HTTP_PROXY: 'evil', REQUEST_METHOD: 'GET' };
    expect(proxyFromEnvironment(env).httpProxy).toBeUndefined();
  });
});
