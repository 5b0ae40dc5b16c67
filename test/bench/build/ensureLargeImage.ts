import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BenchContext } from '../support/BenchContext.ts';
import { Registry } from '../support/Registry.ts';

const execute = promisify(execFile);
const LAYERS = 4;
const LAYER_MIB = 512;
const PATH = 'bench/large-base';

/**
 * An image of 2 GiB that nothing can compress, in the plain registry: busybox
 * and four layers of random bytes. Made once for a cluster.
 *
 * @returns its reference with digest
 */
export async function ensureLargeImage({
  cluster,
}: BenchContext): Promise<string> {
  const { plain } = cluster.registries;
  const registry = new Registry(cluster);
  const reference = `${plain.host}/${PATH}`;
  const there = await registry.digestOf(PATH, 'latest');
  if (there) return `${reference}@${there}`;
  const folder = await mkdtemp(join(tmpdir(), 'buildog-large-'));
  try {
    const auth = Buffer.from(`${plain.username}:${plain.password}`);
    await writeFile(
      join(folder, 'config.json'),
      JSON.stringify({
        auths: { [plain.host]: { auth: auth.toString('base64') } },
      }),
      { mode: 0o600 },
    );
    const layers: string[] = [];
    for (let index = 0; index < LAYERS; index++) {
      layers.push(await writeLayer(folder, index));
    }
    await execute(
      join(cluster.tools.binDir, 'crane'),
      [
        ...['append', '--insecure', '--base', cluster.images.busybox],
        ...layers.flatMap(file => ['--new_layer', file]),
        ...['--new_tag', `${reference}:latest`],
      ],
      { env: { ...process.env, DOCKER_CONFIG: folder } },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const made = await registry.digestOf(PATH, 'latest');
  if (!made) throw new Error(`${reference} was pushed and is not there`);
  return `${reference}@${made}`;
}

async function writeLayer(folder: string, index: number): Promise<string> {
  const content = join(folder, `large-${index}`);
  await mkdir(content);
  const file = await open(join(content, `random-${index}`), 'w');
  for (let mib = 0; mib < LAYER_MIB; mib++) {
    await file.write(randomBytes(2 ** 20));
  }
  await file.close();
  const layer = `${content}.tar`;
  await execute('tar', ['-cf', layer, '-C', content, `random-${index}`]);
  await rm(content, { recursive: true });
  return layer;
}
