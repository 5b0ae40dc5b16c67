import { createHash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import {
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cacheFolder } from '../paths.ts';
import { withFileLock } from '../system/fileLock.ts';
import { progress } from '../system/progress.ts';
import { run } from '../system/run.ts';
import { versions } from '../versions.ts';
import { makeImageOnce } from './buildImages.ts';
import { addCertificates, copyProgram } from './imageRecipes.ts';
import { imageOfLayout } from './ociLayout.ts';

/** A kaniko image in an OCI layout, or why there is none. */
export type KanikoImage =
  | { layout: string; version: string; digest: string; source: string }
  | { absent: string };

/**
 * Finds kaniko, which is in no package registry: what `BUILDOG_TEST_KANIKO` names
 * (an executor, an image archive, or an image reference), else an executor at
 * `kaniko/executor` in the cache folder, else the published image.
 *
 * @throws Error when `BUILDOG_TEST_KANIKO` is set and can't be used; without it a missing kaniko is an answer.
 */
export async function ensureKanikoImage(): Promise<KanikoImage> {
  const given = process.env.BUILDOG_TEST_KANIKO;
  if (given) {
    return useInput(given).catch(cause => {
      throw new Error(
        `BUILDOG_TEST_KANIKO is "${given}", and that can't be used. ` +
          `Name an executor, an image archive or an image reference. ${cause.message}`,
        { cause },
      );
    });
  }
  const executor = join(cacheFolder(), 'kaniko', 'executor');
  if (existsSync(executor)) return wrapExecutor(executor);
  try {
    await ensureReachable(versions.kanikoImage);
    return await importImage('docker', versions.kanikoImage);
  } catch {
    return {
      absent:
        `no kaniko: BUILDOG_TEST_KANIKO is not set, there is no ${executor}, and ` +
        `${versions.kanikoImage} can't be pulled from here`,
    };
  }
}

/** Quickly, since every `up` without kaniko asks: a network that swallows everything costs 3 s, not minutes. */
async function ensureReachable(reference: string): Promise<void> {
  const registry = reference.slice(0, reference.indexOf('/'));
  await fetch(`https://${registry}/v2/`, { signal: AbortSignal.timeout(3000) });
}

async function useInput(input: string): Promise<KanikoImage> {
  if (!existsSync(input)) return importImage('docker', input);
  if (statSync(input).isDirectory()) return importImage('oci', input);
  return (await isProgram(input))
    ? wrapExecutor(input)
    : importImage('archive', input);
}

async function isProgram(file: string): Promise<boolean> {
  const reader = createReadStream(file, { end: 3 });
  for await (const chunk of reader)
    return (chunk as Buffer).toString('latin1') === '\x7fELF';
  return false;
}

/** An image laid out as the published one: kaniko works in any image that holds nothing but `/kaniko`. */
async function wrapExecutor(executor: string): Promise<KanikoImage> {
  const version = await executorVersion(executor);
  const hash = createHash('sha256');
  await pipeline(createReadStream(executor), hash);
  const layout = join(
    cacheFolder(),
    'images',
    `kaniko-${hash.digest('hex').slice(0, 12)}-1`,
  );
  await makeImageOnce(
    layout,
    [
      async root => {
        await copyProgram(executor, join(root, 'kaniko/executor'));
        await copyProgram('/usr/bin/tini-static', join(root, 'kaniko/tini'));
        await addCertificates(
          join(root, 'kaniko/ssl/certs/ca-certificates.crt'),
        );
        await mkdir(join(root, 'kaniko/.docker'));
        await mkdir(join(root, 'workspace'));
        await mkdir(join(root, 'etc'));
        await writeFile(join(root, 'etc/nsswitch.conf'), 'hosts: files dns\n');
        await run('chmod', ['777', join(root, 'kaniko')]); // so that it also runs as another user than root
      },
    ],
    {
      Entrypoint: ['/kaniko/executor'],
      WorkingDir: '/workspace',
      Env: [
        ...[
          'HOME=/root',
          'USER=root',
          'PATH=/usr/local/bin:/kaniko',
          'SSL_CERT_DIR=/kaniko/ssl/certs',
        ],
        ...[
          'DOCKER_CONFIG=/kaniko/.docker/',
          'DOCKER_CREDENTIAL_GCR_CONFIG=/kaniko/.config/gcloud/docker_credential_gcr_config.json',
        ],
      ],
    },
  );
  return {
    layout,
    version,
    digest: (await imageOfLayout(layout)).digest,
    source: `executor ${executor}`,
  };
}

/** Copies a whole image with skopeo, by its reference or from an archive that docker or an OCI tool saved. */
async function importImage(
  kind: 'docker' | 'oci' | 'archive',
  source: string,
): Promise<KanikoImage> {
  const key = createHash('sha256').update(source);
  if (kind !== 'docker') key.update(String(statSync(source).mtimeMs));
  const layout = join(
    cacheFolder(),
    'images',
    `kaniko-${key.digest('hex').slice(0, 12)}-1`,
  );
  const versionFile = join(layout, 'kaniko-version');
  await withFileLock(
    join(cacheFolder(), 'locks', 'image-kaniko.lock'),
    async () => {
      if (existsSync(layout)) return;
      progress(`copying the kaniko image ${source}`);
      await mkdir(join(layout, '..'), { recursive: true });
      const temporary = await mkdtemp(`${layout}.new-`);
      try {
        const result = join(temporary, 'layout');
        await copyImage(kind, source, result);
        await writeFile(
          join(result, 'kaniko-version'),
          await versionInside(result, temporary),
        );
        await rename(result, layout);
      } finally {
        await rm(temporary, { recursive: true, force: true });
      }
    },
  );
  const version = await readFile(versionFile, 'utf8');
  return {
    layout,
    version,
    digest: (await imageOfLayout(layout)).digest,
    source: `image ${source}`,
  };
}

async function copyImage(
  kind: 'docker' | 'oci' | 'archive',
  source: string,
  layout: string,
): Promise<void> {
  const policy = '--insecure-policy'; // whether the image is to be trusted was decided by whoever named it
  const copy = (from: string) =>
    run('skopeo', [policy, 'copy', '--quiet', from, `oci:${layout}:latest`], {
      timeout: 120_000,
    });
  if (kind === 'docker') await copy(`docker://${source}`);
  else if (kind === 'oci') await copy(`oci:${source}`);
  else
    await copy(`oci-archive:${source}`).catch(() =>
      copy(`docker-archive:${source}`),
    );
}

/** Takes the executor out of an image and asks it. */
async function versionInside(
  layout: string,
  temporary: string,
): Promise<string> {
  const image = await imageOfLayout(layout);
  const blob = (digest: string) =>
    join(layout, 'blobs', digest.replace(':', '/'));
  const manifest = JSON.parse(await readFile(blob(image.digest), 'utf8')) as {
    layers: { digest: string }[];
  };
  for (const layer of manifest.layers.reverse()) {
    const found = await run('tar', [
      '-xf',
      blob(layer.digest),
      '-C',
      temporary,
      ...['--wildcards', '*kaniko/executor'], // with and without a leading ./
    ]).then(
      () => true,
      () => false,
    );
    if (found) return executorVersion(join(temporary, 'kaniko/executor'));
  }
  throw new Error(
    'the image holds no /kaniko/executor: it is not a kaniko image',
  );
}

/** Asks an executor for its version, for example `v1.28.3`. */
async function executorVersion(executor: string): Promise<string> {
  const text = await run(executor, ['version'], { timeout: 10_000 });
  const version = /version\s*:\s*(\S+)/i.exec(text)?.[1];
  if (!version) throw new Error(`${executor} is no kaniko executor`);
  return version;
}
