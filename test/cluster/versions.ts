/**
 * Every pinned version of the test cluster, in one place. The go.mod and go.sum
 * under `go/` pin the same versions with their checksums: change both together.
 * Programs are cached by these numbers, so that a bump builds anew.
 */
export const versions = {
  kubernetes: '1.36.3',
  etcd: '3.6.16',
  containerd: '2.4.2',
  runc: '1.5.2',
  distribution: '3.1.2',
  crane: '0.22.1',
  cosign2: '2.6.5',
  cosign3: '3.1.3',
  versitygw: '1.8.0',
  helm: '3.22.0',
  /** The newest whose modules can all be had. */
  buildkit: '0.26.3',
  /** The oldest Go that builds all of `go/` (containerd's go.mod asks for it). */
  goMinimum: '1.26.6',
  /** The Go toolchain that is installed where the machine has none, or an older one; `go/toolchain.txt` pins it. */
  goPackage: '1.26.6',
  /** The published kaniko image, used only where no executor is given and its registry can be reached. */
  kanikoImage: 'ghcr.io/osscontainertools/kaniko:v1.28.3',
} as const;
