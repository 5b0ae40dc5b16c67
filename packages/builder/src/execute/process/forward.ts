import type { Readable } from 'node:stream';

/**
 * Passes bytes on as they come. While `write` returns a promise that is not yet
 * fulfilled nothing more is read, so a program that prints without end waits
 * instead of filling our memory. Resolves at the end of the stream, also when
 * that end is an error; an error of `write` rejects, and what still comes is
 * thrown away, so that the program never waits for a reader that is gone.
 */
export async function forward(
  stream: Readable,
  write: (bytes: Uint8Array) => void | Promise<void>,
): Promise<void> {
  let broken: unknown;
  let failed = false;
  await new Promise<void>(resolve => {
    stream.on('data', (bytes: Buffer) => {
      if (failed) return;
      try {
        const taken = write(bytes);
        if (!taken) return;
        stream.pause();
        taken.then(
          () => stream.resume(),
          error => {
            failed = true;
            broken = error;
            stream.resume();
          },
        );
      } catch (error) {
        failed = true;
        broken = error;
      }
    });
    stream.once('error', () => undefined);
    stream.once('close', () => resolve());
    stream.once('end', () => stream.destroy());
    stream.resume();
  });
  if (failed) throw broken;
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
