import { BuilderError } from '../../errors/BuilderError';
import type { Entry } from '../FileTree';

/**
 * Gives a file to its owner.
 *
 * @throws {@link BuilderError} `unsupported` where the owner is none of the ids
 * that this user namespace has
 */
export function giveTo(
  { path, uid, gid }: Entry,
  chown: (uid: number, gid: number) => void,
): void {
  try {
    chown(uid, gid);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'EINVAL' && code !== 'EPERM') throw cause;
    throw new BuilderError(
      'unsupported',
      `${JSON.stringify(
        path,
      )} of the image belongs to ${uid}:${gid}, which this process may not use: give its user a range of ids that has them, in /etc/subuid and /etc/subgid`,
      { cause, operation: 'extract' },
    );
  }
}
