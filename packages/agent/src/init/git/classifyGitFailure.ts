import type { AgentReasonCode } from '../../protocol';
import { AgentError, printable, redact } from '../../program';

/**
 * What is known besides git's own words.
 *
 * @public
 */
export interface GitFailureContext {
  /** Host that was asked, for the sentence. */
  host: string;
  /** Whether a credential was offered. */
  authenticated: boolean;
  /** Taken out of whatever is quoted. */
  secrets?: readonly string[];
}

interface Rule {
  code: AgentReasonCode;
  pattern: RegExp;
  sentence: (context: GitFailureContext) => string;
}

// The first rule that matches wins: from the specific to the general.
const rules: readonly Rule[] = [
  {
    code: 'VolumeFull',
    pattern: /No space left on device/i,
    sentence: () => 'No space is left for the source.',
  },
  {
    code: 'GitTransportRefused',
    pattern: /transport '[^']*' not allowed/,
    sentence: () => 'The repository uses a transport that is not allowed.',
  },
  {
    code: 'GitHostKeyRefused',
    pattern:
      /Host key verification failed|No .* host key is known|REMOTE HOST IDENTIFICATION HAS CHANGED/,
    sentence: ({ host }) =>
      `The SSH host key of ${host} is not the known one: check known_hosts of the source credential.`,
  },
  {
    code: 'GitRateLimited',
    pattern: /returned error: 429|rate limit/i,
    sentence: ({ host }) => `${host} limits how often it may be asked.`,
  },
  {
    code: 'GitRemotePrivate',
    pattern:
      /could not read (?:Username|Password)|Authentication failed|terminal prompts disabled|returned error: 40[13]|Permission denied/,
    sentence: ({ host, authenticated }) =>
      authenticated
        ? `${host} refuses the credential for this repository, or the repository does not exist.`
        : `The repository at ${host} is private or does not exist: configure a credential for the host.`,
  },
  {
    code: 'GitRemoteNotFound',
    pattern:
      /returned error: 404|repository '[^']*' not found|Repository not found|does not appear to be a git repository|not valid: is this a git repository/i,
    sentence: ({ host }) => `There is no such repository at ${host}.`,
  },
  {
    code: 'GitTlsFailed',
    pattern:
      /SSL certificate|certificate verif|gnutls_handshake|SSL_connect|TLS connect|error setting certificate/i,
    sentence: ({ host }) =>
      `The TLS certificate of ${host} is not trusted: give the authority that issued it.`,
  },
  {
    code: 'GitHostUnreachable',
    pattern:
      /Could not resolve host|Failed to connect|Couldn't connect|Connection (?:refused|timed out|reset)|No route to host|Network is unreachable|Name or service not known|Operation timed out/i,
    sentence: ({ host }) => `${host} cannot be reached.`,
  },
  {
    code: 'GitRedirectRefused',
    pattern: /returned error: 30\d|unable to update url base from redirection/,
    sentence: ({ host }) =>
      `${host} redirects somewhere else: use the address it redirects to.`,
  },
  {
    code: 'GitRevisionNotFound',
    pattern:
      /not our ref|unadvertised object|couldn't find remote ref|Could not find remote ref/i,
    sentence: ({ host }) => `${host} does not have this commit.`,
  },
  {
    code: 'GitObjectsInvalid',
    pattern:
      /fsck error|error: object [0-9a-f]+: \w+:|invalid (?:tree|path|object)|corrupt|inflate: data stream error|SHA-?1 (?:MISMATCH|COLLISION)/i,
    sentence: () =>
      'The repository contains objects that git refuses as malformed or dangerous.',
  },
  {
    // All that is left of an ssh connection that failed without a word.
    code: 'GitRemotePrivate',
    pattern: /Could not read from remote repository/,
    sentence: ({ host, authenticated }) =>
      authenticated
        ? `${host} does not let the key read this repository.`
        : `${host} is reached by ssh, and no key is configured for it.`,
  },
  {
    code: 'GitServerFailed',
    pattern:
      /returned error: 5\d\d|RPC failed|early EOF|unexpected disconnect|hung up|Empty reply|Operation too slow|index-pack failed|invalid index-pack output/i,
    sentence: ({ host }) => `${host} failed while it served the repository.`,
  },
];

/**
 * Makes a failure of a fetch an {@link AgentError}. Lines that the server
 * put there (`remote: `) decide nothing, and git's own words are quoted only
 * where no rule knows them, without secrets.
 *
 * @public
 */
export function classifyGitFailure(
  stderr: string,
  context: GitFailureContext,
): AgentError {
  const own = stderr
    .split('\n')
    .filter(line => !line.startsWith('remote: '))
    .join('\n');
  const rule = rules.find(({ pattern }) => pattern.test(own));
  if (rule) return new AgentError(rule.code, rule.sentence(context));
  const last = own.split('\n').filter(Boolean).at(-1) ?? 'no message';
  return new AgentError(
    'GitFailed',
    `git failed: ${printable(redact(last, context.secrets))}`,
  );
}
