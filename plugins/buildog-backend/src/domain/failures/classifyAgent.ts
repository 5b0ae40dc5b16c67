import type { ContainerObservation } from '@buildog/plugin-buildog-node';
import { readInitResult, readPublishResult } from '../agentResults';
import type { FailureInput } from '../classifyFailure';
import { plainText } from '../plainText';
import { categoryOf, reason } from '../reason';
import type { Classified } from './Classified';

/** Sentences for what people meet most; the agent's own say the rest. */
const SENTENCES: Record<string, string> = {
  PushDenied: 'The registry refused the push (403). Nothing was tagged.',
  PushUnauthorized:
    'The registry refused the credential of the push (401). Nothing was tagged.',
  RegistryUnreachable:
    'The registry did not answer while the image was pushed. Nothing was tagged.',
  RegistryRateLimited:
    'The registry limits how often one may push (429). Nothing was tagged.',
};

/** What `init` or `publish` says about its failure, or what its end says. */
export function classifyAgent(
  { attempt }: FailureInput,
  ended: ContainerObservation,
): Classified {
  const location = { container: ended.name };
  const exitCode = ended.exitCode;
  if (ended.reason === 'OOMKilled') {
    return {
      phase: 'Exited',
      reason: reason(
        ended.name === 'init' ? 'InitOutOfMemory' : 'PublishOutOfMemory',
        `${ended.name} needed more memory than its container has and was stopped. Raise the agent's memory limit.`,
        'Infrastructure',
        { exitCode, location },
      ),
      retryable: true,
    };
  }
  const result =
    ended.name === 'init'
      ? readInitResult(ended.message)
      : readPublishResult(ended.message);
  if (result && !result.ok) {
    const { code, message, category, retryable } = result.reason;
    return {
      phase: 'Exited',
      reason: reason(
        code,
        SENTENCES[code] ?? plainText(message, 1024),
        categoryOf(code) ?? category,
        { exitCode, location },
      ),
      retryable,
    };
  }
  if (startFailed(ended)) {
    return {
      phase: 'Exited',
      reason: reason(
        'ContainerStartFailed',
        `Container ${ended.name} could not be started: ${plainText(
          ended.message ?? ended.reason ?? '',
          300,
        )}`,
        undefined,
        { exitCode, location },
      ),
      retryable: true,
    };
  }
  return {
    phase: 'Exited',
    reason: reason(
      'ResultInvalid',
      `${ended.name} of attempt ${attempt.number} ended with exit code ${
        exitCode ?? 'unknown'
      } and left no result.`,
      undefined,
      { exitCode, location },
    ),
    retryable: true,
  };
}

/** True when the runtime never got as far as the program. */
export function startFailed(ended: ContainerObservation): boolean {
  return [
    'StartError',
    'ContainerCannotRun',
    'ContainerStatusUnknown',
  ].includes(ended.reason ?? '');
}
