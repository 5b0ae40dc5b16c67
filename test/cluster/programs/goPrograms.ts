import { versions } from '../versions.ts';

/** A Go module of `go/` and the programs that are built from it. */
export type GoModule = {
  /** Its folder below `go/`. */
  module: string;
  version: string;
  /** Program file name to the package it is built from. */
  programs: Record<string, string>;
  ldflags?: string[];
  tags?: string[];
  cgo?: boolean;
  /** `up`: no cluster without it. `tests`: built after those. `request`: only when it is named. */
  neededBy: 'up' | 'tests' | 'request';
};

const kubernetesPackages = [
  'k8s.io/component-base/version',
  'k8s.io/client-go/pkg/version',
];
const [kubernetesMajor, kubernetesMinor] = versions.kubernetes.split('.');

/**
 * What is built, in this order: the quick ones first, and the tools that only
 * some tests call last.
 */
export const goModules: readonly GoModule[] = [
  {
    module: 'pause',
    version: '1',
    programs: { pause: 'buildog.dev/test/cluster/pause' },
    neededBy: 'up',
  },
  {
    module: 'runc',
    version: versions.runc,
    programs: { runc: 'github.com/opencontainers/runc' },
    tags: ['seccomp'],
    cgo: true,
    neededBy: 'up',
  },
  {
    module: 'etcd',
    version: versions.etcd,
    programs: { etcd: 'go.etcd.io/etcd/server/v3' },
    neededBy: 'up',
  },
  {
    module: 'kubernetes',
    version: versions.kubernetes,
    programs: Object.fromEntries(
      [
        'kube-apiserver',
        'kube-controller-manager',
        'kube-scheduler',
        'kubelet',
        'kubectl',
      ].map(name => [name, `k8s.io/kubernetes/cmd/${name}`]),
    ),
    // Without these the parts call themselves v0.0.0 and refuse each other's version.
    ldflags: kubernetesPackages.flatMap(name => [
      `-X ${name}.gitVersion=v${versions.kubernetes}`,
      `-X ${name}.gitMajor=${kubernetesMajor}`,
      `-X ${name}.gitMinor=${kubernetesMinor}`,
      `-X ${name}.gitTreeState=clean`,
      `-X ${name}.gitCommit=unknown`,
    ]),
    neededBy: 'up',
  },
  {
    module: 'containerd',
    version: versions.containerd,
    programs: Object.fromEntries(
      ['containerd', 'containerd-shim-runc-v2', 'ctr'].map(name => [
        name,
        `github.com/containerd/containerd/v2/cmd/${name}`,
      ]),
    ),
    neededBy: 'up',
  },
  {
    module: 'distribution',
    version: versions.distribution,
    programs: {
      registry: 'github.com/distribution/distribution/v3/cmd/registry',
    },
    neededBy: 'up',
  },
  {
    module: 'crane',
    version: versions.crane,
    programs: { crane: 'github.com/google/go-containerregistry/cmd/crane' },
    neededBy: 'tests',
  },
  {
    module: 'cosign2',
    version: versions.cosign2,
    programs: { cosign: 'github.com/sigstore/cosign/v2/cmd/cosign' },
    neededBy: 'tests',
  },
  {
    module: 'versitygw',
    version: versions.versitygw,
    programs: { versitygw: 'github.com/versity/versitygw/cmd/versitygw' },
    neededBy: 'tests',
  },
  {
    module: 'helm',
    version: versions.helm,
    programs: { helm: 'helm.sh/helm/v3/cmd/helm' },
    // Without these it takes every cluster for Kubernetes 1.20 when it renders or lints.
    ldflags: [
      `-X helm.sh/helm/v3/internal/version.version=v${versions.helm}`,
      ...['chartutil', 'lint/rules'].flatMap(name => [
        `-X helm.sh/helm/v3/pkg/${name}.k8sVersionMajor=${kubernetesMajor}`,
        `-X helm.sh/helm/v3/pkg/${name}.k8sVersionMinor=${kubernetesMinor}`,
      ]),
    ],
    neededBy: 'tests',
  },
  {
    module: 'cosign3',
    version: versions.cosign3,
    programs: { cosign3: 'github.com/sigstore/cosign/v3/cmd/cosign' },
    neededBy: 'request', // minutes of compiling, for the few tests that compare both,
  },
  {
    module: 'buildkit',
    version: versions.buildkit,
    programs: Object.fromEntries(
      ['buildkitd', 'buildctl'].map(name => [
        name,
        `github.com/moby/buildkit/cmd/${name}`,
      ]),
    ),
    ldflags: [
      `-X github.com/moby/buildkit/version.Version=v${versions.buildkit}`,
    ],
    neededBy: 'request', // what our own builder is held against
  },
];
