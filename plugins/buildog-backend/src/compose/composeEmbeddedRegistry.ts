import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { startRegistry } from '@buildog/oci';
import type { EmbeddedRegistry } from '@buildog/oci';
import { z } from 'zod';
import type { BuildogConfig } from '../config';

const credentialsSchema = z.strictObject({
  push: z.string().min(32),
  pull: z.string().min(32),
});

/** The user that pushes and releases, and the one that only reads. */
export const EMBEDDED_USERS = { push: 'buildog', pull: 'reader' } as const;

/**
 * Starts the registry of `buildog.embeddedRegistry`. Its passwords are made once
 * and kept in its root, for the user of the backend alone.
 *
 * @returns `undefined` where it is not enabled.
 * @throws OciError where another process has the root; Error where the port is taken.
 */
export async function composeEmbeddedRegistry(
  { embeddedRegistry: { enabled, root, ...address } }: BuildogConfig,
  logger: LoggerService,
): Promise<
  { registry: EmbeddedRegistry; config: RegistrySettings } | undefined
> {
  if (!enabled) return undefined;
  const folder = resolve(root);
  const { push, pull } = await credentialsIn(folder);
  const registry = await startRegistry({
    root: join(folder, 'store'),
    ...address,
    credentials: [
      { username: EMBEDDED_USERS.push, password: push },
      { username: EMBEDDED_USERS.pull, password: pull, access: 'pull' },
    ],
    logger,
  });
  return {
    registry,
    config: {
      host: `${address.host}:${address.port}`,
      insecure: true,
      mirrors: [],
      username: EMBEDDED_USERS.push,
      password: push,
    },
  };
}

type RegistrySettings = BuildogConfig['registries'][number];

/**
 * The configuration with an embedded registry in it: one more registry, and the
 * default one where there is no other default.
 */
export function withEmbeddedRegistry(
  config: BuildogConfig,
  embedded: { config: RegistrySettings } | undefined,
): BuildogConfig {
  if (!embedded) return config;
  const { host } = embedded.config;
  return {
    ...config,
    registries: [
      ...config.registries.filter(registry => registry.host !== host),
      embedded.config,
    ],
    defaults: {
      ...config.defaults,
      registry: config.defaults.registry ?? host,
    },
  };
}

async function credentialsIn(
  folder: string,
): Promise<z.output<typeof credentialsSchema>> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'credentials.json');
  const made = {
    push: randomBytes(24).toString('base64url'),
    pull: randomBytes(24).toString('base64url'),
  };
  const staged = `${file}.${made.pull.slice(0, 8)}`;
  await writeFile(staged, JSON.stringify(made), { mode: 0o600 });
  try {
    await link(staged, file);
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(staged, { force: true });
  }
  const read = credentialsSchema.safeParse(
    JSON.parse(await readFile(file, 'utf8')),
  );
  if (read.success) return read.data;
  throw new Error(
    `${file} does not hold the passwords of the embedded registry; remove it and new ones are made`,
  );
}
