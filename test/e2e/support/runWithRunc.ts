import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { program } from './program.ts';

interface OciDescriptor {
  digest: string;
}

/**
 * Pulls an image with skopeo, unpacks its layers with tar and runs it with
 * runc: three programs that share no code with ours. For images without
 * deletions in their layers.
 *
 * @param folder - for the pulled image and the bundle
 * @returns what the image's program printed
 */
export async function runWithRunc(
  runc: string,
  reference: string,
  folder: string,
): Promise<string> {
  const layout = join(folder, 'pulled');
  await mkdir(folder, { recursive: true });
  await program('skopeo', [
    ...['--insecure-policy', 'copy', '--src-tls-verify=false'],
    ...['--src-no-creds', `docker://${reference}`, `oci:${layout}`],
  ]);
  const read = async <T>({ digest }: OciDescriptor): Promise<T> =>
    JSON.parse(await readFile(blob(digest), 'utf8')) as T;
  const blob = (digest: string) =>
    join(layout, 'blobs', ...digest.split(':', 2));
  const index = JSON.parse(
    await readFile(join(layout, 'index.json'), 'utf8'),
  ) as { manifests: OciDescriptor[] };
  const manifest = await read<{
    config: OciDescriptor;
    layers: OciDescriptor[];
  }>(index.manifests[0]);
  const { config } = await read<{
    config: { Entrypoint?: string[]; Cmd?: string[]; Env?: string[] };
  }>(manifest.config);

  const bundle = join(folder, 'bundle');
  const rootfs = join(bundle, 'rootfs');
  await mkdir(rootfs, { recursive: true });
  for (const { digest } of manifest.layers) {
    await program('tar', [
      '--extract',
      '--gzip',
      '-C',
      rootfs,
      '-f',
      blob(digest),
    ]);
  }
  await program(runc, ['spec', '--bundle', bundle]);
  const file = join(bundle, 'config.json');
  const spec = JSON.parse(await readFile(file, 'utf8'));
  spec.process.terminal = false;
  spec.process.args = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])];
  spec.process.env = config.Env ?? [];
  await writeFile(file, JSON.stringify(spec));
  const state = join(folder, 'runc');
  return program(runc, [
    ...['--root', state, 'run', '--bundle', bundle],
    `buildog-test-${process.pid}`,
  ]);
}
