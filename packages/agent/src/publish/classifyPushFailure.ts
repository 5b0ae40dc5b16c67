import { isOciError, type OciErrorCode } from '@buildog/oci';
import type { AgentReasonCode } from '../protocol';
import { AgentError, printable } from '../program';

/** What is being done when it fails: the same error means different things. */
export type PublishStage = 'configure' | 'read' | 'push';

const whileReading: Partial<Record<OciErrorCode, AgentReasonCode>> = {
  digestMismatch: 'LayoutInvalid',
  invalidLayout: 'LayoutInvalid',
  invalidManifest: 'LayoutInvalid',
  sourceFailed: 'LayoutInvalid',
  tooLarge: 'LayoutTooLarge',
  unsupported: 'LayoutInvalid',
};

const whilePushing: Partial<Record<OciErrorCode, AgentReasonCode>> = {
  ...whileReading,
  forbidden: 'PushDenied',
  invalidConfig: 'CredentialInvalid',
  network: 'RegistryUnreachable',
  notFound: 'PushRefused',
  rateLimited: 'RegistryRateLimited',
  redirectRefused: 'RegistryFailed',
  refused: 'PushRefused',
  registryFault: 'RegistryFailed',
  tls: 'RegistryTlsFailed',
  unauthorized: 'PushUnauthorized',
};

const whileConfiguring: Partial<Record<OciErrorCode, AgentReasonCode>> = {
  invalidConfig: 'CredentialInvalid',
  invalidReference: 'InputInvalid',
};

const tables = {
  configure: whileConfiguring,
  read: whileReading,
  push: whilePushing,
};

/**
 * Gives an error of `@buildog/oci` its reason. Its messages hold neither
 * secrets nor file contents, so they are passed on.
 */
export function classifyPushFailure(
  error: unknown,
  stage: PublishStage,
): unknown {
  if (!isOciError(error)) return error;
  // A digest can be a lie of the layout's author, or of the registry.
  const code =
    error.code === 'digestMismatch' && error.host !== undefined
      ? 'RegistryFailed'
      : tables[stage][error.code];
  if (code === undefined) return error;
  return new AgentError(code, printable(error.message, 600), { cause: error });
}
