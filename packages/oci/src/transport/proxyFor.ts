import { BlockList, isIP } from 'node:net';
import { ProxyOptions } from '../client/RegistryClientOptions';
import { OciError } from '../errors/OciError';

/** Reads the usual variables; the lower-case form wins, as in curl. */
export function proxyFromEnvironment(
  env: NodeJS.ProcessEnv = process.env,
): ProxyOptions {
  const read = (name: string) =>
    env[name.toLowerCase()] || env[name] || undefined;
  return {
    httpsProxy: read('HTTPS_PROXY'),
    // A CGI server sets HTTP_PROXY from a request's `Proxy:` header.
    httpProxy: env.REQUEST_METHOD ? env.http_proxy : read('HTTP_PROXY'),
    noProxy: read('NO_PROXY'),
  };
}

/**
 * The proxy to use for a URL, or `undefined` to ask directly.
 *
 * @throws {@link OciError} `invalidConfig` for a proxy that is no http(s) URL
 */
export function proxyFor(url: URL, options: ProxyOptions): URL | undefined {
  const secure = url.protocol === 'https:';
  const text = secure ? options.httpsProxy : options.httpProxy;
  if (!text || isDirect(url, options.noProxy ?? '')) return undefined;
  const name = secure ? 'httpsProxy' : 'httpProxy';
  let proxy: URL;
  try {
    proxy = new URL(text.includes('://') ? text : `http://${text}`);
  } catch {
    // Without a cause: it would quote the URL and so the proxy's password.
    throw new OciError('invalidConfig', `${name} is no URL`);
  }
  if (proxy.protocol !== 'http:' && proxy.protocol !== 'https:') {
    throw new OciError(
      'invalidConfig',
      `${name} must be an http or https URL, not ${proxy.protocol}//`,
    );
  }
  return proxy;
}

function isDirect(url: URL, noProxy: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  if (host === 'localhost' || host === '::1' || /^127\./.test(host)) {
    return true;
  }
  return noProxy
    .split(',')
    .map(entry => entry.trim().toLowerCase())
    .filter(entry => entry !== '')
    .some(entry => matches(entry, host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isInBlock(entry, host);
  const withPort = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(entry);
  if (withPort && withPort[2] !== port) return false;
  const name = (withPort ? withPort[1] : entry).replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) return host === name;
  const suffix = name.replace(/^\*?\./, '');
  const onlyBelow = name !== suffix;
  return host.endsWith(`.${suffix}`) || (!onlyBelow && host === suffix);
}

function isInBlock(entry: string, host: string): boolean {
  const family = isIP(host);
  const [network, bits] = entry.split('/');
  if (family === 0 || isIP(network) !== family || !/^\d{1,3}$/.test(bits)) {
    return false;
  }
  const type = family === 6 ? 'ipv6' : 'ipv4';
  if (Number(bits) > (family === 6 ? 128 : 32)) return false;
  const block = new BlockList();
  block.addSubnet(network, Number(bits), type);
  return block.check(host, type);
}
