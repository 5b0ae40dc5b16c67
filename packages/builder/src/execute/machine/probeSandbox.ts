import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { findProgram, systemPath } from '../findProgram';

/** What the machine let us do when we tried. */
export interface SandboxProbe {
  readonly namespaces: boolean;
  readonly proc: boolean;
  readonly overlay: boolean;
  readonly network: boolean;
  /** What the programs said. */
  readonly said: string;
}

const nothing = {
  namespaces: false,
  proc: false,
  overlay: false,
  network: false,
};

/** Constant; arguments: the folder to try in, options of the overlay. */
const script = `
echo namespaces
cd "$1" || exit 1
mount -n -t proc proc proc && echo proc
mount -n -t overlay -o "$2" overlay merged && echo overlay
unshare --net true && echo network
exit 0
`;

/**
 * Tries what a step needs, in namespaces that end with the try: what a kernel,
 * its settings, a security module or a container's profile refuse is not to be
 * told from files.
 *
 * @param prefix - what leads into the sandbox; empty when we are in it
 * @param scratch - where steps will write: not every filesystem can be the upper half of an overlay
 */
export async function probeSandbox(
  prefix: readonly string[],
  scratch: string,
  userXattr: boolean,
): Promise<SandboxProbe> {
  const unshare = findProgram('unshare');
  const sh = findProgram('sh');
  if (!unshare || !sh) {
    return { ...nothing, said: '"unshare" or "sh" is missing' };
  }
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(path.join(scratch, 'probe-'));
  try {
    for (const name of ['proc', 'lower', 'upper', 'work', 'merged']) {
      mkdirSync(path.join(folder, name));
    }
    const overlay = 'lowerdir=lower,upperdir=upper,workdir=work';
    const said = await run([
      ...prefix,
      ...[
        unshare,
        '--pid',
        '--fork',
        '--kill-child',
        '--mount',
        '--ipc',
        '--uts',
      ],
      ...['--cgroup', '--', sh, '-c', script, 'probe', folder],
      `${overlay}${userXattr ? ',userxattr' : ''}`,
    ]);
    const words = said.stdout.split('\n');
    return {
      namespaces: words.includes('namespaces'),
      proc: words.includes('proc'),
      overlay: words.includes('overlay'),
      network: words.includes('network'),
      said: said.stderr.trim().replace(/\s+/g, ' ').slice(0, 500),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(
  command: readonly string[],
): Promise<{ stdout: string; stderr: string }> {
  const [program, ...args] = command;
  const options = {
    env: { PATH: systemPath, LC_ALL: 'C' },
    timeout: 10_000,
  };
  return new Promise(resolve => {
    execFile(program, args, options, (_error, stdout, stderr) =>
      resolve({ stdout, stderr }),
    );
  });
}
