import { BuilderError } from '../../errors/BuilderError';

/** An archive that is none, or that nobody should unpack. */
export function brokenArchive(what: string, cause?: unknown): BuilderError {
  return new BuilderError('manifest', `broken layer: ${what}`, {
    operation: 'layer',
    cause,
  });
}
