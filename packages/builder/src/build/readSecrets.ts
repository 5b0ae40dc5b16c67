import { readFile } from 'node:fs/promises';
import { BuilderError } from '../errors/BuilderError';
import type { BuildOptions } from './BuildOptions';

/** As much as Docker takes. */
const MAX_BYTES = 500 * 1024;

/** Finds the values of secrets, each when a step asks for it. */
export function readSecrets(
  { secrets = {} }: BuildOptions,
  env: NodeJS.ProcessEnv,
): (id: string) => Promise<Buffer | undefined> {
  return async id => {
    const source = Object.hasOwn(secrets, id) ? secrets[id] : undefined;
    if (!source) return undefined;
    const value = await valueOf(id, source, env);
    if (value.length <= MAX_BYTES) return value;
    throw new BuilderError(
      'validation',
      `the secret ${id} has ${value.length} bytes; at most ${MAX_BYTES} are allowed`,
    );
  };
}

async function valueOf(
  id: string,
  source: NonNullable<BuildOptions['secrets']>[string],
  env: NodeJS.ProcessEnv,
): Promise<Buffer> {
  if ('value' in source) return Buffer.from(source.value);
  if ('env' in source) {
    const value = env[source.env];
    if (value !== undefined) return Buffer.from(value);
    throw new BuilderError(
      'validation',
      `the secret ${id} is to come from the variable ${source.env}, which is not set`,
    );
  }
  try {
    return await readFile(source.file);
  } catch (cause) {
    throw new BuilderError(
      'validation',
      `the secret ${id} is to come from ${source.file}, which can not be read`,
      { cause },
    );
  }
}
