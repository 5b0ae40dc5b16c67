import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Node's names of architectures, as images have them. */
const own: Readonly<Record<string, readonly string[]>> = {
  x64: ['amd64', '386'],
  ia32: ['386'],
  arm64: ['arm64'],
  arm: ['arm'],
  ppc64: ['ppc64le'],
  s390x: ['s390x'],
  riscv64: ['riscv64'],
};

/** Names of qemu's programs, as images have them. */
const emulated: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  i386: '386',
  aarch64: 'arm64',
  arm: 'arm',
  ppc64le: 'ppc64le',
  s390x: 's390x',
  riscv64: 'riscv64',
};

/**
 * Platforms (`os/architecture`) whose programs this machine runs: its own, and
 * those registered with binfmt_misc. Only with flag F: without it the emulator
 * would be looked for inside the image.
 */
export function runnablePlatforms(
  folder = '/proc/sys/fs/binfmt_misc',
  architecture: string = process.arch,
): string[] {
  const found = new Set(own[architecture] ?? []);
  for (const [name, target] of Object.entries(emulated)) {
    const text = read(path.join(folder, `qemu-${name}`));
    if (/^enabled$/m.test(text) && /^flags:.*F/m.test(text)) found.add(target);
  }
  return [...found].map(name => `linux/${name}`);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
