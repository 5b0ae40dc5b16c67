import { z } from 'zod';

/**
 * Who has to act: the user, whoever runs the platform, or its rule makers.
 *
 * @public
 */
export const reasonCategories = ['User', 'Infrastructure', 'Policy'] as const;

/**
 * Who has to act on a failure.
 *
 * @public
 */
export type ReasonCategory = (typeof reasonCategories)[number];

/**
 * What is fixed about a reason, whatever its sentence says.
 *
 * @public
 */
export interface ReasonTraits {
  /** Who has to act. */
  category: ReasonCategory;
  /** Whether the same attempt can succeed later without anybody acting. */
  retryable: boolean;
}

const user: ReasonTraits = { category: 'User', retryable: false };
const policy: ReasonTraits = { category: 'Policy', retryable: false };
const broken: ReasonTraits = { category: 'Infrastructure', retryable: false };
const transient: ReasonTraits = { category: 'Infrastructure', retryable: true };

/**
 * Every reason an agent program can fail with: a closed list. Only
 * `retryable` ones are worth another attempt.
 *
 * @public
 */
export const agentReasons = {
  // Every program
  /** The input file is missing or malformed. */
  InputInvalid: broken,
  /** The input file has a `protocolVersion` this agent does not speak. */
  ProtocolUnsupported: broken,
  /** The credential file is missing, malformed or for another host. */
  CredentialInvalid: broken,
  /** SIGTERM came before the work was done. */
  Terminated: transient,
  /** A bug in the agent, or an error of the operating system nobody foresaw. */
  AgentFailed: transient,
  /** No space left on the volume. */
  VolumeFull: transient,

  // init: git
  /** The server wants a credential, or refuses the one it got. */
  GitRemotePrivate: user,
  GitRemoteNotFound: user,
  /** The server has no such commit, or not at the ref that was named. */
  GitRevisionNotFound: user,
  /** Name resolution, routing, or a connection refused or dropped. */
  GitHostUnreachable: transient,
  /** The certificate is not trusted, expired or for another name. */
  GitTlsFailed: broken,
  /** The SSH host key is unknown or has changed. */
  GitHostKeyRefused: broken,
  /** 429, or a rate limit in words. */
  GitRateLimited: transient,
  /** 5xx, or the connection ended in the middle. */
  GitServerFailed: transient,
  /** Transport not allowed: `ext::`, `file://`, plain http where it is off. */
  GitTransportRefused: policy,
  /** Host outside the list of allowed hosts. */
  GitHostRefused: policy,
  /** The server redirects to another host. */
  GitRedirectRefused: policy,
  /** Objects that git's own consistency check refuses. */
  GitObjectsInvalid: user,
  /** Git failed in a way that none of the above describes. */
  GitFailed: transient,
  /** Files in the context are Git LFS pointers. */
  LfsUnsupported: user,
  /** A submodule's URL, host or nesting is not allowed. */
  SubmoduleRefused: policy,
  /** A submodule has no entry in `.gitmodules`. */
  SubmoduleInvalid: user,

  // init: archives
  ArchiveUnavailable: transient,
  ArchiveDigestMismatch: user,
  /** Not a tar (gzip) archive, or cut short. */
  ArchiveInvalid: user,
  /** Contains `..`, absolute paths, links, devices or set-id files. */
  ArchiveUnsafe: user,

  // init: what the source contains
  SourceTooLarge: user,
  SourceTimedOut: transient,
  SubPathMissing: user,
  DockerfileMissing: user,
  DockerfileOutsideSource: user,
  DockerfileInvalid: user,
  ContextMissing: user,
  ContextOutsideSource: user,
  /** Something lies in the workspace already: another run was cut short. */
  WorkspaceNotEmpty: transient,

  // publish
  /** The build ended well but left no layout. */
  LayoutMissing: user,
  /** Not an OCI image layout, or one that lies about its content. */
  LayoutInvalid: user,
  LayoutTooLarge: user,
  PlatformMismatch: user,
  /** 401 after the credential was offered, or none is known for the host. */
  PushUnauthorized: broken,
  /** 403: the credential may not push to this repository. */
  PushDenied: broken,
  /** The registry refuses the content or the name: another 4xx. */
  PushRefused: broken,
  RegistryRateLimited: transient,
  RegistryUnreachable: transient,
  RegistryTlsFailed: broken,
  /** 5xx, or answers outside the distribution specification. */
  RegistryFailed: transient,
  PushTimedOut: transient,

  // sidecar
  /** The ingest refuses the token. */
  IngestUnauthorized: broken,
  /** The ingest could not be reached in the time that was left. */
  IngestUnreachable: transient,
  /** The ingest breaks the protocol. */
  IngestInvalid: broken,
  /** The API server refuses the pod or its logs. */
  LogForbidden: broken,
  /** The logs could not be read in the time that was left. */
  LogUnavailable: transient,
} as const satisfies Record<string, ReasonTraits>;

/**
 * Code of a failure of an agent program.
 *
 * @public
 */
export type AgentReasonCode = keyof typeof agentReasons;

const reasonCodes = Object.keys(agentReasons) as [
  AgentReasonCode,
  ...AgentReasonCode[],
];

/**
 * Shape of a failure in a result file.
 *
 * @public
 */
export const agentReasonSchema = z.object({
  code: z.enum(reasonCodes),
  /** A sentence for people. Contains no credential and no file content. */
  message: z.string().max(1024),
  category: z.enum(reasonCategories),
  retryable: z.boolean(),
  /** Line of the Dockerfile, from 1, where one is at fault. */
  line: z.number().int().positive().optional(),
});

/**
 * Why an agent program failed.
 *
 * @public
 */
export type AgentReason = z.infer<typeof agentReasonSchema>;

/**
 * Shape of the result file of a program that failed.
 *
 * @public
 */
export const failureSchema = z.object({
  protocolVersion: z.literal(1),
  program: z.enum(['init', 'publish', 'sidecar']),
  ok: z.literal(false),
  reason: agentReasonSchema,
});

/**
 * Result file of a program that failed.
 *
 * @public
 */
export type AgentFailure = z.infer<typeof failureSchema>;
