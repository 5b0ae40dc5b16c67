import { execFile } from 'node:child_process';
import { copyFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ClusterRegistry } from './clusterRegistries';
import { temporaryDirectory } from './writeLayout';

/**
 * skopeo, set up for one registry: the witness that has nothing in common with
 * our own client.
 */
export class Skopeo {
  private constructor(
    private readonly directory: string,
    private readonly authFile: string,
    private readonly verify: boolean,
  ) {}

  static async for(registry: ClusterRegistry): Promise<Skopeo> {
    const directory = await temporaryDirectory();
    const authFile = join(directory, 'auth.json');
    const { host, username, password, caFile } = registry;
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    await writeFile(authFile, JSON.stringify({ auths: { [host]: { auth } } }));
    if (caFile) await copyFile(caFile, join(directory, 'ca.crt'));
    return new Skopeo(directory, authFile, caFile !== undefined);
  }

  /** `skopeo inspect --raw`: the manifest's bytes. */
  async inspectRaw(reference: string): Promise<Buffer> {
    return this.run([
      'inspect',
      '--raw',
      ...this.source(),
      `docker://${reference}`,
    ]);
  }

  /** `skopeo inspect --config --raw`: the image config's bytes. */
  async inspectConfig(reference: string): Promise<Buffer> {
    return this.run([
      'inspect',
      '--config',
      '--raw',
      ...this.source(),
      `docker://${reference}`,
    ]);
  }

  /** Copies from a registry to a local OCI layout. */
  async pull(reference: string, directory: string): Promise<void> {
    await this.run([
      'copy',
      '--all',
      '--preserve-digests',
      `--src-tls-verify=${this.verify}`,
      `--src-cert-dir=${this.directory}`,
      `--authfile=${this.authFile}`,
      `docker://${reference}`,
      `oci:${directory}`,
    ]);
  }

  /** Copies a local OCI layout to a registry. */
  async push(directory: string, reference: string): Promise<void> {
    await this.run([
      'copy',
      '--all',
      '--preserve-digests',
      `--dest-tls-verify=${this.verify}`,
      `--dest-cert-dir=${this.directory}`,
      `--authfile=${this.authFile}`,
      `oci:${directory}`,
      `docker://${reference}`,
    ]);
  }

  async close(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }

  private source(): string[] {
    return [
      `--tls-verify=${this.verify}`,
      `--cert-dir=${this.directory}`,
      `--authfile=${this.authFile}`,
    ];
  }

  private async run(args: string[]): Promise<Buffer> {
    const { stdout } = await promisify(execFile)(
      'skopeo',
      ['--insecure-policy', ...args],
      { encoding: 'buffer', maxBuffer: 16 * 1024 * 1024 },
    );
    return stdout;
  }
}
