import type { Reason } from '@buildog/plugin-buildog-common';
import type { ContainerObservation } from '@buildog/plugin-buildog-node';
import type { FailureInput } from '../classifyFailure';
import type { FailureFacts } from '../FailureFacts';
import { plainText } from '../plainText';
import { reason } from '../reason';
import { formatBytes } from '../words';
import type { Classified } from './Classified';
import { startFailed } from './classifyAgent';

/** How builders say what a command ended with. */
const EXIT_CODE =
  /(?:exit(?:ed)?(?: with)?(?: non-zero)?(?: status| code)?:?|returned a non-zero code:) (\d{1,3})\b/i;

/** Why a build container failed, by its end and its log. */
export function classifyBuild(
  input: FailureInput,
  ended: ContainerObservation,
  facts: FailureFacts,
): Classified {
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
        { exitCode: ended.exitCode, location: { container: ended.name } },
      ),
      retryable: true,
    };
  }
  return {
    phase: 'Exited',
    reason: explain(input, ended, facts),
    retryable: true,
  };
}

function explain(
  { plan }: FailureInput,
  ended: ContainerObservation,
  { step, error, seccompRefused }: FailureFacts,
): Reason {
  const said = EXIT_CODE.exec(error?.message ?? '')?.[1];
  const exitCode = said === undefined ? ended.exitCode : Number(said);
  const more = {
    exitCode,
    location: {
      container: ended.name,
      ...(plan && { file: plan.dockerfile }),
      ...(step && {
        step: step.number,
        ...(step.line !== undefined && { line: step.line }),
        instruction: plainText(step.instruction, 500),
      }),
    },
  };
  // In old cgroups only the step's process is killed, not the container's.
  if (ended.reason === 'OOMKilled' || exitCode === 137) {
    const limit = plan && formatBytes(plan.resources.memoryBytes);
    return reason(
      'StepOutOfMemory',
      `${
        step ? `Step ${step.number}` : 'The build'
      } needed more memory than its limit${
        limit ? ` of ${limit}` : ''
      } and was stopped.`,
      undefined,
      { ...more, exitCode: 137 },
    );
  }
  if (seccompRefused) {
    return reason(
      'SeccompRefused',
      'The builder needs user namespaces, and the seccomp profile of its container forbids them. On nodes with the kubelet’s seccompDefault, use a Localhost profile or another scheduler.',
      undefined,
      more,
    );
  }
  const detail = error ? plainText(error.message, 300) : '';
  const colon = detail ? `: ${detail}` : '.';
  switch (error?.cause) {
    case 'DockerfileInvalid':
      return reason(
        'DockerfileInvalid',
        `The Dockerfile is invalid${colon}`,
        undefined,
        more,
      );
    case 'BaseImageNotFound':
      return reason(
        'BaseImageNotFound',
        `A base image does not exist${colon}`,
        undefined,
        more,
      );
    case 'BaseImageDenied':
      return reason(
        'BaseImageDenied',
        `The registry refuses a base image${colon}`,
        undefined,
        more,
      );
    case 'RegistryRateLimited':
      return reason(
        'RegistryRateLimited',
        `A registry limits how often a base image may be pulled${colon}`,
        undefined,
        more,
      );
    case 'RegistryUnreachable':
      return reason(
        'RegistryUnreachable',
        `A base image's registry did not answer${colon}`,
        undefined,
        more,
      );
    default:
  }
  if (
    error?.cause === 'StepFailed' ||
    /^RUN\b/i.test(step?.instruction ?? '')
  ) {
    const where = step?.line
      ? `Line ${step.line}`
      : `Step ${step?.number ?? ''}`.trim();
    return reason(
      'StepFailed',
      `${where} ended with exit code ${exitCode ?? 'unknown'}.`,
      undefined,
      more,
    );
  }
  return reason(
    'BuildFailed',
    `${step?.line ? `Line ${step.line} failed` : 'The build failed'}${colon}`,
    undefined,
    more,
  );
}
