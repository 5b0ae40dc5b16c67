import type { AgentProgram } from './version';

/**
 * Where each thing lies in a container unless the environment says otherwise.
 *
 * @public
 */
export const agentPaths = {
  /** Directory of the input files, one per program. Read-only. */
  inputDirectory: '/buildog/input',
  /** Source tree. `init` writes it, the build containers read it. */
  workspace: '/buildog/workspace',
  /** OCI image layout. The build containers write it, `publish` reads it. */
  layout: '/buildog/output/image',
  /** Directory in which `sidecar` keeps what is not delivered yet. */
  spool: '/buildog/spool',
  /** Credential of `init`: {@link SourceCredential} as JSON. */
  sourceCredential: '/buildog/credentials/source.json',
  /** Credential of `publish`: a docker `config.json`. */
  dockerConfig: '/buildog/credentials/docker-config.json',
  /** Credential of `sidecar`: the ingest token, surrounding white space ignored. */
  ingestToken: '/buildog/credentials/ingest-token',
  /** Kubernetes' service account directory; only `sidecar` has one. */
  serviceAccount: '/var/run/secrets/kubernetes.io/serviceaccount',
  /** Result file, see {@link RESULT_LIMIT_BYTES}. */
  result: '/dev/termination-log',
  /** Changes with the commit the image was built from. */
  nonce: '/usr/share/buildog/nonce',
} as const;

/**
 * Environment variables that move a path of {@link agentPaths}.
 *
 * @public
 */
export const agentEnvironment = {
  /** Input file of the program. */
  input: 'BUILDOG_INPUT',
  /** Result file of the program. */
  result: 'BUILDOG_RESULT',
  /** Credential file of the program. */
  credential: 'BUILDOG_CREDENTIAL',
  /** Private scratch directory of the container (default: the system's). */
  scratch: 'BUILDOG_SCRATCH',
  /** Nonce file of the image. */
  nonce: 'BUILDOG_NONCE',
  /** Name of the pod, from the downward API; `sidecar` needs it. */
  podName: 'BUILDOG_POD_NAME',
  /** Namespace of the pod, from the downward API; `sidecar` needs it. */
  podNamespace: 'BUILDOG_POD_NAMESPACE',
} as const;

/**
 * A result file is cut by the kubelet beyond this; ours never is longer.
 *
 * @public
 */
export const RESULT_LIMIT_BYTES = 4096;

/**
 * Default input file of a program.
 *
 * @public
 */
export function inputPath(program: AgentProgram): string {
  return `${agentPaths.inputDirectory}/${program}.json`;
}
