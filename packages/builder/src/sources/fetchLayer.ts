import { Transform, type Readable } from 'node:stream';
import { parseRepository } from '@buildog/oci';
import { BuilderError } from '../errors/BuilderError';
import type { Layer } from '../layers/Layer';
import type { SolveListener } from '../solve/SolveEvent';
import type { Registries } from './Registries';

const REPORT_MS = 100;

/**
 * Opens a layer's bytes in the registry that has it, and tells how many came.
 *
 * @throws {@link BuilderError} `filesystem` for a layer of which no registry is known
 */
export async function fetchLayer(
  registries: Registries,
  { blob, from }: Layer,
  listener: SolveListener,
  signal: AbortSignal,
): Promise<Readable> {
  if (from === undefined) {
    throw new BuilderError(
      'filesystem',
      `the layer ${blob.digest} is no longer in the cache: build again`,
    );
  }
  const repository = parseRepository(from);
  const stream = await registries.use(repository, 'pull', client =>
    client.getBlob(repository, blob, { signal }),
  );
  const { digest, size: total } = blob;
  const event = (bytes: number) =>
    ({
      type: 'transfer',
      direction: 'pull',
      repository: from,
      digest,
      done: bytes,
      total,
    } as const);
  let done = 0;
  let reported = 0;
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      done += chunk.length;
      const now = performance.now();
      if (now - reported > REPORT_MS) {
        reported = now;
        listener(event(done));
      }
      callback(null, chunk);
    },
    flush(callback) {
      listener({ ...event(total), outcome: 'transferred' });
      callback();
    },
  });
  stream.on('error', error => counting.destroy(error));
  counting.on('close', () => stream.destroy());
  return stream.pipe(counting);
}
