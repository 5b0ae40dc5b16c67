/** The proxy that this machine itself has to use. */
export interface UpstreamProxy {
  readonly host: string;
  readonly port: number;
  /** Value of `Proxy-Authorization`. Never shown to a step. */
  readonly authorization?: string;
}

/** Finds the machine's proxy for a request. */
export type FindUpstream = (
  host: string,
  port: number,
) => UpstreamProxy | undefined;

/**
 * Reads the usual variables (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`,
 * `NO_PROXY`, and in lower case). What is no `http://` address is ignored. Of
 * `NO_PROXY` names, suffixes and `*` are understood.
 */
export function upstreamFromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): FindUpstream {
  const value = (name: string) =>
    env[name.toLowerCase()] || env[name] || undefined;
  const all = parse(value('ALL_PROXY'));
  const secure = parse(value('HTTPS_PROXY')) ?? all;
  const plain = parse(value('HTTP_PROXY')) ?? all;
  const direct = (value('NO_PROXY') ?? '')
    .split(',')
    .map(entry =>
      entry
        .trim()
        .toLowerCase()
        .replace(/^\*?\./, ''),
    )
    .filter(entry => entry !== '');
  return (host, port) => {
    const name = host.toLowerCase();
    const bypassed = direct.some(
      entry =>
        entry === '*' ||
        entry === name ||
        entry === `${name}:${port}` ||
        name.endsWith(`.${entry}`),
    );
    if (bypassed) return undefined;
    return port === 80 ? plain : secure ?? plain;
  };
}

function parse(text: string | undefined): UpstreamProxy | undefined {
  if (!text) return undefined;
  const withScheme = text.includes('://') ? text : `http://${text}`;
  if (!URL.canParse(withScheme)) return undefined;
  const url = new URL(withScheme);
  if (url.protocol !== 'http:' || url.hostname === '') return undefined;
  const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(
    url.password,
  )}`;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 80 : Number(url.port),
    ...(url.username !== '' && {
      authorization: `Basic ${Buffer.from(user).toString('base64')}`,
    }),
  };
}
