/**
 * OCI references, a registry client and image layouts, for builds that must not
 * trust what they are told.
 *
 * @packageDocumentation
 */
export {
  isOciError,
  OciError,
  type OciErrorCode,
  type OciErrorDetails,
} from './errors/OciError';
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
export { isIndexMediaType, mediaTypes } from './model/mediaTypes';
export { parseManifest, type ParsedManifest } from './model/parseManifest';
export { formatPlatform, type Platform } from './model/Platform';
export type { Descriptor } from './model/Descriptor';
export type * from './model/ImageSummary';
export { Credential, type CredentialKind } from './auth/Credential';
export { anonymousKeychain, firstOf, type Keychain } from './auth/Keychain';
export { dockerConfigKeychain } from './auth/dockerConfigKeychain';
export { dockerConfigFile } from './auth/dockerConfigFile';
export { environmentKeychain } from './auth/environmentKeychain';
export { RegistryClient } from './client/RegistryClient';
export type * from './client/callOptions';
export type { BlobAddress } from './client/readBlob';
export type * from './client/RegistryClientOptions';
export type * from './layout/Layout';
export { readLayout, type ReadLayoutOptions } from './layout/readLayout';
export { pushLayout, type PushLayoutOptions } from './push/pushLayout';
export type { PushOptions, PushProgress } from './push/PushOptions';
export { verifyImage } from './verify/verifyImage';
export { composeIndex } from './compose/composeIndex';
export { copyImage } from './copy/copyImage';
export { startRegistry } from './server/startRegistry';
export type * from './server/RegistryOptions';
