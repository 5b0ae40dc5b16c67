import { spawnSync } from 'node:child_process';
import type { Entry } from '../FileTree';

const letters: Readonly<Partial<Record<Entry['type'], string>>> = {
  fifo: 'p',
  character: 'c',
  block: 'b',
};

/**
 * Makes a FIFO or device with `mknod`: Node has no call for it.
 *
 * @returns false when this process may not
 */
export function makeNode(
  path: string | Buffer,
  { type, device }: Pick<Entry, 'type' | 'device'>,
): boolean {
  const letter = letters[type];
  if (letter === undefined) return false;
  const numbers = type === 'fifo' ? [] : (device ?? [0, 0]).map(String);
  // A name that is no UTF-8 cannot be handed to a program from here.
  if (typeof path !== 'string') return false;
  const { status } = spawnSync(
    'mknod',
    ['-m', '600', path, letter, ...numbers],
    {
      stdio: 'ignore',
    },
  );
  return status === 0;
}
