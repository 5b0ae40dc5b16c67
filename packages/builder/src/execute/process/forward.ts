import type { Readable } from 'node:stream';

/**
 * Passes bytes on as they come. While `write` returns a promise that is not yet
 * fulfilled nothing more is read, so a program that prints without end waits
 * instead of filling our memory. Resolves at the end of the stream, also when
 * that end is an error. Rejects as soon as `write` fails, and throws away what
 * still comes, so that the program never waits for a reader that is gone.
 */
export function forward(
  stream: Readable,
  write: (bytes: Uint8Array) => void | Promise<void>,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    let failed = false;
    const fail = (error: unknown) => {
      failed = true;
      reject(error);
      stream.resume();
    };
    stream.on('data', (bytes: Buffer) => {
      if (failed) return;
      try {
        const taken = write(bytes);
        if (!taken) return;
        stream.pause();
        taken.then(() => stream.resume(), fail);
      } catch (error) {
        fail(error);
      }
    });
    stream.once('error', () => undefined);
    stream.once('close', () => resolve());
    stream.once('end', () => stream.destroy());
    stream.resume();
  });
}

/** Calls back for each line of a stream; a line without an end is not one. */
export function readLines(
  stream: Readable,
  line: (text: string) => void,
): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(line);
  });
  stream.once('error', () => undefined);
}
