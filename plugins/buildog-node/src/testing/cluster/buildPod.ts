import type {
  BuildContainer,
  PreparedBuild,
} from '../../scheduler/PreparedBuild';
import { workspaceLayout } from '../schedulerTask';
import type { BuildRun } from './runBuild';

/** User of our own containers in the pod. */
const OUR_USER = 65532;

/**
 * A pod that runs a prepared build as a runner would: the source is laid out
 * by an ordinary user, the scheduler's containers follow in order with
 * nothing mounted but what they asked for, and a last container, which stands
 * for `publish`, has no capability and sees the output only.
 */
export function buildPod(
  run: BuildRun,
  build: PreparedBuild,
  busybox: string,
): object[] {
  const { name, source } = run;
  const ownUsers = !run.hostUsers && build.needs.userNamespaces === 'supported';
  const { sourceDir, outputDir, scratchDir, filesDir } = workspaceLayout();
  const witnessUser = build.output.ownerUid ?? OUR_USER;
  const mount = (volume: string, mountPath: string, readOnly = false) => ({
    name: volume,
    mountPath,
    readOnly,
  });
  const container = (spec: BuildContainer) => ({
    name: spec.name,
    image: spec.image,
    command: spec.command?.map(escape),
    args: spec.args.map(escape),
    env: Object.entries(spec.env).map(([key, value]) => ({
      name: key,
      value: escape(value),
    })),
    workingDir: spec.workingDir,
    securityContext: securityContext(spec.security),
    volumeMounts: [
      mount('source', sourceDir),
      mount('output', outputDir),
      mount('scratch', scratchDir),
      mount(`files-${spec.name}`, filesDir, true),
      ...spec.emptyDirs.map(dir => mount(dir.name, dir.mountPath)),
    ],
  });
  const extra = build.containers.flatMap(spec => spec.emptyDirs);
  return [
    configMap(`${name}-source`, source),
    ...build.containers.map(spec =>
      configMap(`${name}-files-${spec.name}`, spec.files ?? {}),
    ),
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: {
        restartPolicy: 'Never',
        hostUsers: !ownUsers,
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        terminationGracePeriodSeconds: 0,
        securityContext: { fsGroup: OUR_USER },
        initContainers: [
          {
            name: 'init',
            image: busybox,
            command: [
              'sh',
              '-c',
              `mkdir ${sourceDir}/app && cp -L /seed/* ${sourceDir}/app/`,
            ],
            securityContext: ours(OUR_USER),
            volumeMounts: [
              mount('seed', '/seed', true),
              mount('source', sourceDir),
            ],
          },
          ...build.containers.map(container),
        ],
        containers: [
          {
            name: 'publish',
            image: busybox,
            command: ['sleep', '600'],
            securityContext: ours(witnessUser),
            volumeMounts: [mount('output', outputDir, true)],
          },
        ],
        volumes: [
          ...['source', 'output', 'scratch', ...extra.map(dir => dir.name)].map(
            volume => ({ name: volume, emptyDir: {} }),
          ),
          { name: 'seed', configMap: { name: `${name}-source` } },
          ...build.containers.map(spec => ({
            name: `files-${spec.name}`,
            configMap: { name: `${name}-files-${spec.name}` },
          })),
        ],
      },
    },
  ];
}

function securityContext(security: BuildContainer['security']): object {
  const { addCapabilities, seccomp, ...rest } = security;
  return {
    ...rest,
    capabilities: { drop: ['ALL'], add: addCapabilities },
    ...(seccomp === 'RuntimeDefault' && {
      seccompProfile: { type: 'RuntimeDefault' },
    }),
    ...(typeof seccomp === 'object' && {
      seccompProfile: { type: 'Localhost', ...seccomp },
    }),
  };
}

function ours(user: number): object {
  return {
    runAsUser: user,
    runAsGroup: user,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

function configMap(name: string, data: Record<string, string>): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

/** Kubernetes expands `$(NAME)` in arguments; `$$(` stands for itself. */
function escape(text: string): string {
  return text.replaceAll('$(', '$$$$(');
}
