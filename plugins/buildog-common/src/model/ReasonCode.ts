import { ReasonCategory } from './Reason';

/**
 * The reason codes Buildog itself gives, each with its category. The list is
 * open: a scheduler or policy rule may bring its own.
 * @public
 */
export const REASON_CODES = {
  // The source
  GitRemotePrivate: 'User',
  GitRemoteNotFound: 'User',
  GitRevisionNotFound: 'User',
  GitBranchNotFound: 'User',
  GitHostUnreachable: 'Infrastructure',
  GitTlsFailed: 'User',
  GitTransportRefused: 'Policy',
  SourceHostNotAllowed: 'Policy',
  LfsUnsupported: 'User',
  SubmoduleRefused: 'User',
  SourceTooLarge: 'User',
  ArchiveUnsafe: 'User',
  ContextOutsideSource: 'User',
  DockerfileMissing: 'User',
  DockerfileInvalid: 'User',
  // The build
  BuildInputInvalid: 'User',
  StepFailed: 'User',
  StepOutOfMemory: 'User',
  BuildFailed: 'User',
  BaseImageNotFound: 'User',
  BaseImageDenied: 'User',
  DeadlineExceeded: 'User',
  EphemeralStorageExceeded: 'User',
  // Publishing
  PushUnauthorized: 'Policy',
  PushDenied: 'Policy',
  RegistryRateLimited: 'Infrastructure',
  RegistryUnreachable: 'Infrastructure',
  LayoutMissing: 'User',
  LayoutInvalid: 'User',
  LayoutTooLarge: 'User',
  PlatformMismatch: 'User',
  // The cluster
  ImagePullFailed: 'Infrastructure',
  ImagePullRateLimited: 'Infrastructure',
  InvalidImageName: 'Policy',
  PodEvicted: 'Infrastructure',
  PodDeleted: 'Infrastructure',
  JobDeleted: 'Infrastructure',
  NodeLost: 'Infrastructure',
  NeverScheduled: 'Infrastructure',
  NodePlatformNotFound: 'Policy',
  QuotaExceeded: 'Infrastructure',
  AdmissionRefused: 'Policy',
  SeccompRefused: 'Policy',
  InitOutOfMemory: 'Infrastructure',
  ClusterUnreachable: 'Infrastructure',
  ContainerStartFailed: 'Infrastructure',
  ResultInvalid: 'Infrastructure',
  // Releasing
  DigestNotInRegistry: 'Infrastructure',
  DigestMismatch: 'Policy',
  SigningFailed: 'Infrastructure',
  TagsPartlyMoved: 'Infrastructure',
  TagMoveFailed: 'Infrastructure',
  // Decisions
  PolicyDenied: 'Policy',
  RepositoryNotAllowed: 'Policy',
  RepositoryClaimed: 'Policy',
  NewerBuild: 'Policy',
  CanceledByUser: 'User',
  ControllerError: 'Infrastructure',
} as const satisfies Record<string, ReasonCategory>;

/** @public */
export type ReasonCode = keyof typeof REASON_CODES;
