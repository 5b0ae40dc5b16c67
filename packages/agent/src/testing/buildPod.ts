import {
  agentEnvironment,
  agentPaths,
  inputPath,
  type AgentProgram,
  type InitInputFile,
  type PublishInputFile,
  type SidecarInputFile,
} from '../protocol';

/** The scheduler's part of a build by hand. */
export interface Builder {
  image: string;
  command?: string[];
  args: string[];
  /** Whether it works under the runtime's default seccomp profile. */
  seccomp: boolean;
  /** User that owns its layout, where nobody else may read it: `publish` runs as that. */
  ownerUid?: number;
}

/** All that a build pod is made of. */
export interface BuildPodOptions {
  namespace: string;
  name: string;
  agentImage: string;
  builder: Builder;
  apiServer: URL;
  inputs: {
    init: InitInputFile;
    publish: PublishInputFile;
    sidecar: SidecarInputFile;
  };
  credentials: Record<AgentProgram, string>;
}

const credentialPaths: Record<AgentProgram, string> = {
  init: agentPaths.sourceCredential,
  publish: agentPaths.dockerConfig,
  sidecar: agentPaths.ingestToken,
};

const apiAccess = [
  { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
  {
    configMap: {
      name: 'kube-root-ca.crt',
      items: [{ key: 'ca.crt', path: 'ca.crt' }],
    },
  },
];

/** Role of the sidecar's service account: these and nothing else. */
export function sidecarAccess(namespace: string): object[] {
  const metadata = { name: 'sidecar', namespace };
  const apiGroup = 'rbac.authorization.k8s.io';
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: `${apiGroup}/v1`,
      kind: 'Role',
      metadata,
      rules: [
        { apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get'] },
      ],
    },
    {
      apiVersion: `${apiGroup}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup, kind: 'Role', name: 'sidecar' },
      subjects: [{ kind: 'ServiceAccount', name: 'sidecar', namespace }],
    },
  ];
}

/** The Secret of a build: one key for each file. */
export function buildSecret({
  namespace,
  name,
  inputs,
  credentials,
}: BuildPodOptions): object {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name },
    stringData: {
      ...Object.fromEntries(
        Object.entries(inputs).map(([program, input]) => [
          `${program}.input`,
          JSON.stringify(input),
        ]),
      ),
      ...Object.fromEntries(
        Object.entries(credentials).map(([program, credential]) => [
          `${program}.credential`,
          credential,
        ]),
      ),
    },
  };
}

/** The pod of the architecture: sidecar, init, build, publish. */
export function buildPod(options: BuildPodOptions): object {
  const { namespace, name, builder } = options;
  const output = { name: 'output', mountPath: '/buildog/output' };
  const workspace = { name: 'workspace', mountPath: agentPaths.workspace };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name },
    spec: {
      restartPolicy: 'Never',
      serviceAccountName: 'sidecar',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { fsGroup: 65532 },
      initContainers: [
        {
          ...agentContainer(options, 'sidecar', [
            { name: 'spool', mountPath: agentPaths.spool },
            { name: 'token', mountPath: agentPaths.serviceAccount },
          ]),
          restartPolicy: 'Always',
        },
        agentContainer(options, 'init', [workspace]),
        {
          name: 'build',
          image: builder.image,
          command: builder.command,
          args: builder.args,
          securityContext: {
            runAsUser: 0,
            allowPrivilegeEscalation: false,
            ...(builder.seccomp && {
              seccompProfile: { type: 'RuntimeDefault' },
            }),
          },
          volumeMounts: [
            workspace,
            output,
            { name: 'scratch', mountPath: '/buildog/scratch' },
          ],
        },
      ],
      containers: [
        agentContainer(options, 'publish', [{ ...output, readOnly: true }]),
      ],
      volumes: [
        ...['workspace', 'output', 'scratch', 'spool'].map(volume => ({
          name: volume,
          emptyDir: {},
        })),
        { name: 'token', projected: { sources: apiAccess } },
        ...(['sidecar', 'init', 'publish'] as const).flatMap(program => [
          { name: `${program}-tmp`, emptyDir: {} },
          { name: `${program}-files`, secret: filesOf(name, program) },
        ]),
      ],
    },
  };
}

/** A container sees its own files of the Secret, at the protocol's paths. */
function filesOf(name: string, program: AgentProgram): object {
  const below = (path: string) => path.replace('/buildog/', '');
  return {
    secretName: name,
    items: [
      { key: `${program}.input`, path: below(inputPath(program)) },
      { key: `${program}.credential`, path: below(credentialPaths[program]) },
    ],
  };
}

function agentContainer(
  { agentImage, apiServer, builder }: BuildPodOptions,
  program: AgentProgram,
  mounts: object[],
): object {
  const user = program === 'publish' ? builder.ownerUid : undefined;
  const field = (fieldPath: string) => ({ fieldRef: { fieldPath } });
  return {
    name: program,
    image: agentImage,
    args: [program],
    env: [
      {
        name: agentEnvironment.podName,
        valueFrom: field('metadata.name'),
      },
      {
        name: agentEnvironment.podNamespace,
        valueFrom: field('metadata.namespace'),
      },
      { name: 'KUBERNETES_SERVICE_HOST', value: apiServer.hostname },
      { name: 'KUBERNETES_SERVICE_PORT', value: apiServer.port },
    ],
    securityContext: {
      runAsNonRoot: user !== 0,
      // Otherwise the image's own user.
      runAsUser: user,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    volumeMounts: [
      { name: `${program}-tmp`, mountPath: '/tmp' },
      ...['input', 'credentials'].map(folder => ({
        name: `${program}-files`,
        mountPath: `/buildog/${folder}`,
        subPath: folder,
        readOnly: true,
      })),
      ...mounts,
    ],
  };
}
