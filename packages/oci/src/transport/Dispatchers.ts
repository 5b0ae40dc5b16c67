import { X509Certificate } from 'node:crypto';
import {
  createSecureContext,
  getCACertificates,
  SecureContextOptions,
} from 'node:tls';
import { Agent, Dispatcher, ProxyAgent } from 'undici';
import {
  ProxyOptions,
  RegistryHostOptions,
  Timeouts,
} from '../client/RegistryClientOptions';
import { OciError } from '../errors/OciError';
import { HostTable } from './HostTable';
import { lookupWithoutLinkLocal } from './linkLocal';
import { proxyFor } from './proxyFor';

/** What {@link Dispatchers} is made from. */
export interface DispatcherSettings {
  readonly hosts: HostTable;
  readonly ca: readonly string[];
  readonly proxy: ProxyOptions;
  readonly timeouts: Timeouts;
  readonly connectionsPerOrigin: number;
}

/**
 * The undici dispatchers of one client: one for each configured host (its own
 * CAs and client certificate) and one for all other hosts, per proxy.
 */
export class Dispatchers {
  private readonly open = new Map<string, Dispatcher>();

  constructor(private readonly settings: DispatcherSettings) {}

  for(url: URL): Dispatcher {
    const host = this.settings.hosts.forUrl(url);
    const proxy = proxyFor(url, this.settings.proxy);
    const key = `${host ? url.origin : '*'} ${proxy?.origin ?? ''}`;
    let dispatcher = this.open.get(key);
    if (!dispatcher) {
      dispatcher = this.create(host ?? {}, proxy);
      this.open.set(key, dispatcher);
    }
    return dispatcher;
  }

  /** Hangs up everywhere, at once. */
  async close(): Promise<void> {
    const all = [...this.open.values()];
    this.open.clear();
    await Promise.all(all.map(dispatcher => dispatcher.destroy()));
  }

  private create(host: RegistryHostOptions, proxy?: URL): Dispatcher {
    const { timeouts, connectionsPerOrigin } = this.settings;
    const connect = {
      ...this.tlsOptions(host),
      timeout: timeouts.connectMs,
      lookup: lookupWithoutLinkLocal,
    };
    const common = {
      connections: connectionsPerOrigin,
      pipelining: 1,
      headersTimeout: timeouts.headersMs,
      bodyTimeout: timeouts.bodyMs,
    };
    if (!proxy) return new Agent({ ...common, connect });
    const token = proxyAuthorization(proxy);
    return new ProxyAgent({
      ...common,
      uri: proxy.origin,
      ...(token && { token }),
      // A forward proxy may refuse CONNECT to port 80, so http goes untunnelled.
      proxyTunnel: false,
      requestTls: connect,
      proxyTls: { ...this.tlsOptions({}), timeout: timeouts.connectMs },
    });
  }

  private tlsOptions(host: RegistryHostOptions) {
    const own = host.ca === undefined ? [] : [host.ca].flat();
    const extra = [...this.settings.ca, ...own];
    extra.forEach(checkCertificates);
    const context: SecureContextOptions = {
      ...(extra.length > 0 && {
        ca: [...getCACertificates('default'), ...extra],
      }),
      ...host.clientCertificate,
    };
    try {
      return {
        // Built once here: parsing all root certificates per connection is slow.
        secureContext: createSecureContext(context),
        rejectUnauthorized: !host.skipTlsVerify,
      };
    } catch (cause) {
      throw new OciError(
        'invalidConfig',
        'a "ca" or "clientCertificate" is no PEM that can be used',
        { cause },
      );
    }
  }
}

/** OpenSSL passes over what it can't read; a CA that is no use must be heard of. */
function checkCertificates(pem: string): void {
  const end = '-----END CERTIFICATE-----';
  const blocks = pem.split(end).slice(0, -1);
  try {
    if (blocks.length === 0) throw new Error('no certificate in it');
    blocks.forEach(block => new X509Certificate(`${block}${end}`));
  } catch (cause) {
    throw new OciError('invalidConfig', 'a "ca" is no PEM certificate', {
      cause,
    });
  }
}

function proxyAuthorization(proxy: URL): string | undefined {
  if (proxy.username === '' && proxy.password === '') return undefined;
  try {
    const user = decodeURIComponent(proxy.username);
    const password = decodeURIComponent(proxy.password);
    return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  } catch {
    throw new OciError(
      'invalidConfig',
      'user or password of the proxy URL has a "%" that is no escape; write it as %25',
    );
  }
}
