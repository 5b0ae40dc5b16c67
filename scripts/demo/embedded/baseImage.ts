import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackDebian } from '../../../test/cluster/images/debianRoot.ts';
import { run } from '../../../test/cluster/system/run.ts';
import { say } from '../../setup/say.mjs';
import { SetupError } from '../../setup/SetupError.mjs';

const PUBLIC = 'docker.io/library/busybox:1.37';
const PUBLIC_API = 'https://registry-1.docker.io/v2/';
const PATIENCE_MS = 4_000;

/** The image that the embedded demo's example is built on. */
export interface BaseImage {
  reference: string;
  /** Puts the image there; absent when it is there already. */
  provide?: (registry: EmbeddedRegistryAccess) => Promise<void>;
}

/** How the demo's own registry is written to. */
export interface EmbeddedRegistryAccess {
  /** `host:port` */
  host: string;
  /** The file with the passwords that it made. */
  credentialsFile: string;
  /** The builder's command line, one file. */
  builder: string;
}

/**
 * Finds a base image where this machine can get one, and says where:
 * `BUILDOG_DEMO_BASE_IMAGE`, a mirror (`BUILDOG_DEMO_MIRROR`, for example
 * `mirror.example.com/docker-hub`), Docker Hub, and when none of them answers,
 * one made from a package of this machine's distribution.
 *
 * @param host - `host:port` of the demo's own registry
 */
export async function baseImage(host: string): Promise<BaseImage> {
  const { BUILDOG_DEMO_BASE_IMAGE: given, BUILDOG_DEMO_MIRROR: mirror } =
    process.env;
  if (given) {
    say(`The example is built on ${given} (BUILDOG_DEMO_BASE_IMAGE)`);
    return { reference: given };
  }
  if (mirror) {
    const reference = `${mirror.replace(/\/+$/, '')}/library/busybox:1.37`;
    say(`The example is built on ${reference} (BUILDOG_DEMO_MIRROR)`);
    return { reference };
  }
  if (await answers(PUBLIC_API)) {
    say(`The example is built on ${PUBLIC}`);
    return { reference: PUBLIC };
  }
  const reference = `${host}/demo/busybox:latest`;
  say(
    'Docker Hub does not answer: the example is built on an image made from the package busybox-static',
  );
  return { reference, provide: access => makeFromPackage(reference, access) };
}

async function answers(url: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const { status } = await fetch(url, { signal });
    return status === 200 || status === 401;
  } catch {
    return false;
  }
}

/** Built with our own builder: a program, and links to it. */
async function makeFromPackage(
  reference: string,
  { host, credentialsFile, builder }: EmbeddedRegistryAccess,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'buildog-base-'));
  try {
    await copyFile(await busybox(folder), join(folder, 'busybox'));
    await writeFile(
      join(folder, 'Dockerfile'),
      'FROM scratch\nCOPY busybox /bin/busybox\nRUN ["/bin/busybox", "--install", "-s", "/bin"]\nCMD ["sh"]\n',
    );
    await writeFile(join(folder, '.dockerignore'), '*\n!busybox\n');
    const { push } = JSON.parse(await readFile(credentialsFile, 'utf8')) as {
      push: string;
    };
    const auth = Buffer.from(`buildog:${push}`).toString('base64');
    // In a file: the arguments of a process can be read by everybody.
    await writeFile(
      join(folder, 'config.json'),
      JSON.stringify({ auths: { [host]: { auth } } }),
      { mode: 0o600 },
    );
    await run(
      process.execPath,
      [
        ...[builder, 'build', '--push', '--progress=plain'],
        ...[`--insecure-registry=${host}`, `--tag=${reference}`, folder],
      ],
      { env: { DOCKER_CONFIG: folder } },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function busybox(folder: string): Promise<string> {
  const installed = '/bin/busybox';
  const root = join(folder, 'package');
  try {
    await unpackDebian(root, ['busybox-static']);
    const unpacked = ['usr/bin/busybox', 'bin/busybox']
      .map(path => join(root, path))
      .find(existsSync);
    if (unpacked) return unpacked;
  } catch {
    // No Debian, or no package source: what is installed will do.
  }
  if (existsSync(installed)) return installed;
  throw new SetupError(
    'no base image for the example: Docker Hub does not answer and no package busybox-static can be had; set BUILDOG_DEMO_BASE_IMAGE or BUILDOG_DEMO_MIRROR',
  );
}
