import { readFileSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import { Agent, EnvHttpProxyAgent, type Dispatcher } from 'undici';
import type { ProxySettings } from '../protocol';

/** How to reach servers. */
export interface DispatcherOptions {
  /** PEM file of certificate authorities trusted besides the system's. */
  caFile?: string;
  /** PEM text of the only authorities to trust; `caFile` is ignored then. */
  onlyCa?: string;
  proxy?: ProxySettings;
  /** Milliseconds until headers must have come; 0 waits for ever. */
  headersTimeout?: number;
  /** Milliseconds of silence inside a body; 0 waits for ever. */
  bodyTimeout?: number;
}

/**
 * Makes an undici dispatcher. Proxies come from the input only: the process
 * environment of a pod may be set by an admission webhook nobody thought of.
 * Redirects are never followed by it.
 */
export function createDispatcher(options: DispatcherOptions = {}): Dispatcher {
  const { caFile, onlyCa, proxy, headersTimeout, bodyTimeout } = options;
  const ca =
    onlyCa ??
    (caFile
      ? [...getCACertificates('default'), readFileSync(caFile, 'utf8')]
      : undefined);
  const connect = { ...(ca && { ca }), timeout: 20_000 };
  const common = { connect, headersTimeout, bodyTimeout };
  if (!proxy?.http && !proxy?.https) return new Agent(common);
  return new EnvHttpProxyAgent({
    ...common,
    httpProxy: proxy.http ?? '',
    httpsProxy: proxy.https ?? '',
    noProxy: proxy.noProxy.join(','),
    requestTls: { ca },
    proxyTls: { ca },
  });
}
