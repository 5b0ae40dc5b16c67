import type { V1Volume } from '@kubernetes/client-node';
import type { AgentStep, PreparedJob } from '@buildog/plugin-buildog-node';
import type { ResolvedClusterConfig } from '../KubernetesClusterConfig';
import { hasFiles } from './buildContainer';
import {
  credentialKey,
  fileKey,
  inputKey,
  secretName,
  volumeNames,
  type AgentContainerName,
} from './names';

/** Shortest life that the API server grants a projected token. */
const MIN_TOKEN_SECONDS = 600;
/** The sidecar still flushes after the deadline. */
const TOKEN_RESERVE_SECONDS = 300;

/** Every volume of a job's pod; which container sees which is the containers' matter. */
export function volumes(
  job: PreparedJob,
  config: ResolvedClusterConfig,
): V1Volume[] {
  const task = job.resources.ephemeralStorageBytes;
  return [
    emptyDir(volumeNames.workspace, task),
    emptyDir(volumeNames.output, task),
    emptyDir(volumeNames.scratch, task),
    ...agentVolumes('init', job.init, job, task),
    ...job.build.containers.flatMap((container, index) => [
      ...(hasFiles(container)
        ? [
            secretVolume(
              volumeNames.files(index),
              job,
              Object.keys(container.files ?? {}).map(file => ({
                key: fileKey(container.name, file),
                path: file,
              })),
              0o444,
            ),
          ]
        : []),
      ...container.emptyDirs.map((folder, number) =>
        emptyDir(volumeNames.emptyDir(index, number), folder.sizeBytes ?? task),
      ),
    ]),
    ...agentVolumes(
      'publish',
      job.publish,
      job,
      config.agentResources.publish.ephemeralStorageBytes,
    ),
    ...(job.sidecar ? sidecarVolumes(job.sidecar, job, config) : []),
  ];
}

function sidecarVolumes(
  step: AgentStep,
  job: PreparedJob,
  config: ResolvedClusterConfig,
): V1Volume[] {
  const limit = config.agentResources.sidecar.ephemeralStorageBytes;
  return [
    ...agentVolumes('sidecar', step, job, limit),
    emptyDir(volumeNames.spool, limit),
    apiTokenVolume(job.deadlineSeconds, config),
  ];
}

function agentVolumes(
  program: AgentContainerName,
  step: AgentStep,
  job: PreparedJob,
  temporaryBytes: number,
): V1Volume[] {
  const files = Object.keys(step.credentials);
  return [
    secretVolume(volumeNames.input(program), job, [
      { key: inputKey(program), path: `${program}.json` },
    ]),
    ...(files.length > 0
      ? [
          secretVolume(
            volumeNames.credentials(program),
            job,
            files.map(file => ({
              key: credentialKey(program, file),
              path: file,
            })),
          ),
        ]
      : []),
    emptyDir(volumeNames.temporary(program), temporaryBytes),
  ];
}

/** Single keys of the attempt's Secret. The pod's fsGroup may read them. */
function secretVolume(
  name: string,
  job: PreparedJob,
  items: { key: string; path: string }[],
  defaultMode = 0o440,
): V1Volume {
  return {
    name,
    secret: { secretName: secretName(job.attempt), items, defaultMode },
  };
}

function emptyDir(name: string, bytes: number): V1Volume {
  return { name, emptyDir: { sizeLimit: String(bytes) } };
}

/**
 * What a service account's automatic mount would hold, for one container
 * only: token, the API server's authority and the namespace.
 */
function apiTokenVolume(
  deadlineSeconds: number,
  config: ResolvedClusterConfig,
): V1Volume {
  return {
    name: volumeNames.token,
    projected: {
      defaultMode: 0o440,
      sources: [
        {
          serviceAccountToken: {
            path: 'token',
            expirationSeconds: Math.max(
              MIN_TOKEN_SECONDS,
              deadlineSeconds + TOKEN_RESERVE_SECONDS,
            ),
            ...(config.sidecarTokenAudience && {
              audience: config.sidecarTokenAudience,
            }),
          },
        },
        {
          configMap: {
            name: 'kube-root-ca.crt',
            items: [{ key: 'ca.crt', path: 'ca.crt' }],
          },
        },
        {
          downwardAPI: {
            items: [
              {
                path: 'namespace',
                fieldRef: { fieldPath: 'metadata.namespace' },
              },
            ],
          },
        },
      ],
    },
  };
}
