import { constants } from 'node:fs';
import { FileHandle, lstat, open, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { OciError } from '../errors/OciError';

/** Not there on Windows, where layouts of builds are not read anyway. */
const { O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY } = constants;

/** An opened regular file. Whoever gets it closes it. */
export interface LayoutFile {
  readonly handle: FileHandle;
  /** Bytes, when it was opened. */
  readonly size: number;
}

/**
 * Makes sure that a layout's directory is what its path says: an attacker may
 * have put a link in its place.
 */
export async function checkLayoutDirectory(directory: string): Promise<string> {
  const root = resolve(directory);
  const fail = (reason: string, cause?: unknown) =>
    new OciError('invalidLayout', `the layout directory ${root} ${reason}`, {
      cause,
    });
  try {
    if ((await realpath(root)) !== root) {
      throw fail('is reached through a symbolic link; give its real path');
    }
    if (!(await lstat(root)).isDirectory()) throw fail('is no directory');
  } catch (error) {
    if (error instanceof OciError) throw error;
    throw fail('cannot be read', error);
  }
  return root;
}

/**
 * Opens a file below a checked root. It must be a regular file reached without
 * any link; a FIFO or device is not waited for.
 *
 * @param parts - path components from the root; the caller made them, so they
 * are no user input
 */
export async function openLayoutFile(
  root: string,
  parts: readonly string[],
): Promise<LayoutFile> {
  const path = join(root, ...parts);
  const name = parts.join('/');
  const fail = (reason: string, cause?: unknown) =>
    new OciError('invalidLayout', `${name} of the layout ${reason}`, { cause });
  let handle: FileHandle;
  try {
    handle = await open(path, O_RDONLY + O_NOFOLLOW + O_NONBLOCK);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw fail('is missing');
    if (code === 'ELOOP') throw fail('is a symbolic link');
    throw fail('cannot be opened', cause);
  }
  try {
    const opened = await handle.stat();
    if (!opened.isFile()) throw fail('is no regular file');
    // O_NOFOLLOW looks at the last component only. The path must be real, and
    // what is there now must be what was opened.
    const real = await realpath(path);
    const there = await stat(real);
    const isSame = there.dev === opened.dev && there.ino === opened.ino;
    if (real !== path || !isSame) {
      throw fail('is reached through a symbolic link');
    }
    return { handle, size: opened.size };
  } catch (error) {
    await handle.close();
    if (error instanceof OciError) throw error;
    throw fail('cannot be read', error);
  }
}

/** Reads a whole file of at most `maxBytes`, and of exactly `size` if given. */
export async function readLayoutFile(
  root: string,
  parts: readonly string[],
  maxBytes: number,
  size?: number,
): Promise<Buffer> {
  const file = await openLayoutFile(root, parts);
  const name = parts.join('/');
  try {
    if (file.size > maxBytes) {
      throw new OciError(
        'tooLarge',
        `${name} of the layout has ${file.size} bytes, at most ${maxBytes} are read`,
      );
    }
    if (size !== undefined && file.size !== size) {
      throw new OciError(
        'digestMismatch',
        `${name} of the layout has ${file.size} bytes where ${size} were announced`,
      );
    }
    const buffer = Buffer.alloc(file.size);
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await file.handle.read(buffer, filled);
      if (bytesRead === 0) {
        throw new OciError(
          'invalidLayout',
          `${name} of the layout became shorter while it was read`,
        );
      }
      filled += bytesRead;
    }
    return buffer;
  } finally {
    await file.handle.close();
  }
}
