import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { BuilderError } from '../errors/BuilderError';

/** No Dockerfile and no list of patterns is longer. */
const MAX_BYTES = 16 * 1024 ** 2;

/**
 * A small regular file of this machine, or undefined when it is not there. Never
 * waits on a pipe or device.
 *
 * @throws {@link BuilderError} `validation` for what is no regular file or too large
 */
export async function readContextFile(
  path: string,
): Promise<string | undefined> {
  const flags = constants.O_RDONLY + constants.O_NONBLOCK;
  const file = await open(path, flags).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
    throw new BuilderError('validation', `${path} can not be read`, { cause });
  });
  if (!file) return undefined;
  try {
    const stats = await file.stat();
    if (!stats.isFile() || stats.size > MAX_BYTES) {
      throw new BuilderError(
        'validation',
        `${path} is no regular file of at most ${MAX_BYTES} bytes`,
      );
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
