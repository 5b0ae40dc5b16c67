import type { V1Secret } from '@kubernetes/client-node';
import type { AgentStep, PreparedJob } from '@buildog/plugin-buildog-node';
import { descriptiveLabels, identityLabels } from './labels';
import {
  credentialKey,
  fileKey,
  inputKey,
  secretName,
  type AgentContainerName,
} from './names';

/**
 * The one Secret of an attempt. Every container mounts its own keys of it and
 * no others. It belongs to the Job, so that the cluster removes it with the
 * Job whoever deletes that. Immutable, so that nobody can change what a
 * container will read.
 */
export function attemptSecret(
  job: PreparedJob,
  namespace: string,
  owner: { name: string; uid: string },
): V1Secret {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: secretName(job.attempt),
      namespace,
      labels: {
        ...descriptiveLabels(job.labels),
        ...identityLabels(job.attempt),
      },
      ownerReferences: [
        {
          apiVersion: 'batch/v1',
          kind: 'Job',
          name: owner.name,
          uid: owner.uid,
        },
      ],
    },
    type: 'Opaque',
    immutable: true,
    data: {
      ...agentData('init', job.init),
      ...agentData('publish', job.publish),
      ...(job.sidecar && agentData('sidecar', job.sidecar)),
      ...Object.fromEntries(
        job.build.containers.flatMap(container =>
          Object.entries(container.files ?? {}).map(([file, text]) => [
            fileKey(container.name, file),
            base64(text),
          ]),
        ),
      ),
    },
  };
}

function agentData(
  program: AgentContainerName,
  step: AgentStep,
): Record<string, string> {
  return {
    [inputKey(program)]: base64(JSON.stringify(step.input)),
    ...Object.fromEntries(
      Object.entries(step.credentials).map(([file, content]) => [
        credentialKey(program, file),
        base64(content),
      ]),
    ),
  };
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
