import { inspect } from 'node:util';
import { FakeRegistry } from '../testing/FakeRegistry';
import { testCertificates } from '../testing/testCertificates';
import { TestProxy } from '../testing/TestProxy';
import { Fakes } from '../testing/withFakes';

const { ca } = testCertificates;

describe('TLS', () => {
  const fakes = new Fakes();
  let registry: FakeRegistry;
  beforeEach(async () => {
    registry = fakes.add(await FakeRegistry.start(testCertificates));
  });
  afterEach(() => fakes.close());

  it('refuses a certificate nobody vouches for, and says what to do', async () => {
    await expect(fakes.client().ping(registry.host)).rejects.toMatchObject({
      code: 'tls',
      retryable: false,
      message: expect.stringContaining('add that CA'),
    });
    expect(registry.requests).toEqual([]);
  });

  it.each([
    ['of the host', (host: string) => ({ hosts: { [host]: { ca: [ca] } } })],
    ['of all hosts', () => ({ ca })],
    [
      'or none where the host is configured so',
      (host: string) => ({ hosts: { [host]: { skipTlsVerify: true } } }),
    ],
  ])('trusts a CA %s', async (_, options) => {
    const client = fakes.client(options(registry.host));
    expect(await client.ping(registry.host)).toEqual({ auth: 'none' });
  });

  it('wants the name in the certificate', async () => {
    const host = `127.0.0.2:${registry.port}`;
    const other = await FakeRegistry.start(testCertificates);
    fakes.add(other);
    const client = fakes.client({ ca });
    await expect(client.ping(host)).rejects.toMatchObject({
      code: expect.stringMatching(/tls|network/),
    });
    expect(await client.ping(`localhost:${other.port}`)).toBeDefined();
  });

  it('never falls back to http', async () => {
    const plain = await FakeRegistry.start();
    const client = fakes.client({ retry: { attempts: 1 } });
    await expect(client.ping(plain.host)).rejects.toMatchObject({
      code: expect.stringMatching(/tls|network/),
    });
    expect(plain.requests).toEqual([]);
    await plain.close();
  });

  it.each([
    { ca: 'not a PEM' },
    {
      ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
    },
    { clientCertificate: { cert: 'x', key: 'y' } },
  ])('says that %j is no use', async options => {
    const { host } = registry;
    const client = fakes.client({ hosts: { [host]: options } });
    await expect(client.ping(host)).rejects.toMatchObject({
      code: 'invalidConfig',
    });
  });

  it('refuses a host that is a link-local address', async () => {
    const client = fakes.client({ retry: { attempts: 1 } });
    await expect(client.ping('169.254.169.254')).rejects.toMatchObject({
      code: 'redirectRefused',
    });
  });
});

describe('proxies', () => {
  const fakes = new Fakes();
  let proxy: TestProxy | undefined;
  afterEach(async () => {
    await fakes.close();
    await proxy?.close();
  });

  it('tunnel https, with their own credential', async () => {
    const registry = fakes.add(await FakeRegistry.start(testCertificates));
    proxy = await TestProxy.start(registry.port);
    proxy.wantsAuthorization = `Basic ${Buffer.from('p@:hunter2').toString(
      'base64',
    )}`;
    const client = fakes.client({
      ca,
      proxy: { httpsProxy: `http://p%40:hunter2@${proxy.host}` },
    });
    expect(await client.ping('registry.test:5000')).toEqual({ auth: 'none' });
    expect(proxy.seen).toEqual(['CONNECT registry.test:5000']);
    expect(registry.requests[0].headers['proxy-authorization']).toBe(undefined);
  });

  it('carry plain http without a tunnel', async () => {
    const registry = await fakes.start();
    proxy = await TestProxy.start(registry.port);
    const client = fakes.client({
      proxy: { httpProxy: proxy.host },
      hosts: { 'registry.test:5000': { plainHttp: true } },
    });
    expect(await client.ping('registry.test:5000')).toEqual({ auth: 'none' });
    expect(proxy.seen).toEqual(['GET http://registry.test:5000/v2/']);
  });

  it('that refuse us are named without the password', async () => {
    const registry = fakes.add(await FakeRegistry.start(testCertificates));
    proxy = await TestProxy.start(registry.port);
    proxy.wantsAuthorization = 'Basic other';
    const client = fakes.client({
      ca,
      retry: { attempts: 1 },
      proxy: { httpsProxy: `http://user:hunter2@${proxy.host}` },
    });
    const error = await client.ping('registry.test').catch(caught => caught);
    expect(error).toMatchObject({ code: 'network', host: 'registry.test' });
    expect(inspect(error, { depth: null })).not.toContain('hunter2');
  });

  it('are left out for NO_PROXY and loopback', async () => {
    const registry = await fakes.start();
    proxy = await TestProxy.start(registry.port);
    const client = fakes.client({ proxy: { httpProxy: proxy.host } });
    await client.ping(registry.host);
    expect(proxy.seen).toEqual([]);
  });

  it('with a broken escape are refused', async () => {
    const client = fakes.client({
      proxy: { httpsProxy: 'http://user:%zz@p.example' },
    });
    await expect(client.ping('registry.test')).rejects.toMatchObject({
      code: 'invalidConfig',
    });
  });
});
