import { isIP } from 'node:net';
import { AgentError } from '../../program';

/**
 * Transports that an input may allow.
 *
 * @public
 */
export type Transport = 'https' | 'http' | 'ssh';

/**
 * A repository's address, checked.
 *
 * @public
 */
export interface RemoteUrl {
  /** What git is given. Holds no password. */
  url: string;
  /** How the repository is reached. */
  transport: Transport;
  /** Lower case, with the port unless it is the scheme's own. */
  host: string;
}

/**
 * What an address may be.
 *
 * @public
 */
export interface RemoteRules {
  /** The transports that are allowed. */
  transports: readonly Transport[];
  /** When given, the only hosts allowed. */
  hosts?: readonly string[];
}

const scpLike =
  /^([A-Za-z0-9_][A-Za-z0-9._-]*)@([A-Za-z0-9][A-Za-z0-9.-]*):([^\s/:-][^\s:]*|\/[^\s/:-][^\s:]*)$/;

/**
 * Checks the address of a repository against the rules, before git sees it.
 *
 * @throws AgentError `GitTransportRefused` for anything that is not one of
 * the allowed transports, `GitHostRefused` for hosts, both without quoting a
 * password
 *
 * @public
 */
export function parseRemoteUrl(text: string, rules: RemoteRules): RemoteUrl {
  const remote = scpLike.test(text) ? parseScpLike(text) : parseUrl(text);
  if (!rules.transports.includes(remote.transport)) {
    throw new AgentError(
      'GitTransportRefused',
      `The repository is reached by ${
        remote.transport
      }; allowed are: ${rules.transports.join(', ')}.`,
    );
  }
  if (rules.hosts && !rules.hosts.includes(remote.host)) {
    throw new AgentError(
      'GitHostRefused',
      `The host ${remote.host} is not among the allowed git hosts.`,
    );
  }
  if (!rules.hosts && isLinkLocal(remote.host)) {
    throw new AgentError(
      'GitHostRefused',
      `${remote.host} is a link-local address: metadata services live there, not repositories.`,
    );
  }
  return remote;
}

function parseScpLike(text: string): RemoteUrl {
  const [, , host] = scpLike.exec(text) ?? [];
  return { url: text, transport: 'ssh', host: host.toLowerCase() };
}

function parseUrl(text: string): RemoteUrl {
  const scheme = /^(https?|ssh):\/\//.exec(text)?.[1];
  if (!scheme || /[\s\p{Cc}\\]/u.test(text) || !URL.canParse(text)) {
    throw new AgentError(
      'GitTransportRefused',
      'The repository must be an https, http or ssh URL, or user@host:path.',
    );
  }
  const url = new URL(text);
  if (url.password || (scheme !== 'ssh' && url.username)) {
    throw new AgentError(
      'GitTransportRefused',
      `The repository URL at ${url.host} must not contain credentials: configure them for the host.`,
    );
  }
  if (
    !/^(?:[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:]+\])$/.test(url.hostname) ||
    !/^[A-Za-z0-9._]?[A-Za-z0-9._-]*$/.test(url.username) ||
    url.pathname.length < 2 ||
    /^\/+-/.test(url.pathname) ||
    url.search ||
    url.hash
  ) {
    throw new AgentError(
      'GitTransportRefused',
      'The repository URL must be host and path: no query, no fragment, nothing that starts with a dash.',
    );
  }
  const transport = scheme as Transport;
  return { url: url.href, transport, host: url.host.toLowerCase() };
}

function isLinkLocal(host: string): boolean {
  const address = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  if (isIP(address) === 4) return address.startsWith('169.254.');
  if (isIP(address) === 6) {
    return /^fe[89ab]/.test(address) || /^::ffff:a9fe:/.test(address);
  }
  return false;
}
