import type { Platform } from '@buildog/oci';

const names: Partial<Record<string, string>> = {
  x64: 'amd64',
  ia32: '386',
  ppc64: 'ppc64le',
};

/** What this machine runs without emulation. */
export function machinePlatform(): Platform {
  const architecture = names[process.arch] ?? process.arch;
  return {
    os: 'linux',
    architecture,
    ...(architecture === 'arm' && { variant: 'v7' }),
  };
}
