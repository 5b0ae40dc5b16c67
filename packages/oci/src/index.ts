/**
 * OCI references, a registry client and image layouts, for builds that must not
 * trust what they are told.
 *
 * @packageDocumentation
 */
export * from './errors/OciError';
export {
  isDigest,
  parseDigest,
  sha256,
  type Digest,
  type DigestAlgorithm,
} from './digest/Digest';
export type { Reference, Repository } from './reference/Reference';
export {
  isTag,
  parseReference,
  parseRepository,
  type ParseReferenceOptions,
} from './reference/parseReference';
export { parseRegistry } from './reference/parseRegistry';
export {
  familiarReference,
  formatReference,
  formatRepository,
  isInNamespace,
  withDefaultTag,
} from './reference/formatReference';
export { mediaTypes } from './model/mediaTypes';
export { formatPlatform, type Platform } from './model/Platform';
export type { Descriptor } from './model/Descriptor';
export type * from './model/ImageSummary';
export { Credential, type CredentialKind } from './auth/Credential';
export { anonymousKeychain, firstOf, type Keychain } from './auth/Keychain';
export { dockerConfigKeychain } from './auth/dockerConfigKeychain';
export { environmentKeychain } from './auth/environmentKeychain';
export * from './client/RegistryClient';
export type * from './client/RegistryClientOptions';
export type { Layout, LayoutLimits, LayoutManifest } from './layout/Layout';
export { readLayout, type ReadLayoutOptions } from './layout/readLayout';
export * from './push/pushLayout';
export { verifyImage } from './verify/verifyImage';
export { composeIndex } from './compose/composeIndex';
export { copyImage } from './copy/copyImage';
