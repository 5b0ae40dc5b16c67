import { spawn, execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { join } from 'node:path';

const exec = promisify(execFile);

/** An image's configuration, as far as the suites look at it. */
export interface ImageConfiguration {
  architecture: string;
  os: string;
  created?: string;
  config: {
    Env?: string[];
    Labels?: Record<string, string>;
    User?: string;
    WorkingDir?: string;
    Cmd?: string[];
  };
}

/** A layout on this machine, looked at with stock programs. */
export class OciLayoutCopy {
  private constructor(private readonly folder: string) {}

  /** Unpacks a tar archive of a layout into an empty folder. */
  static async unpack(archive: Buffer, folder: string): Promise<OciLayoutCopy> {
    await new Promise<void>((resolve, reject) => {
      const tar = spawn('tar', ['-x', '--no-same-owner', '-C', folder], {
        stdio: ['pipe', 'ignore', 'pipe'],
      });
      let errors = '';
      tar.stderr.on('data', chunk => (errors += chunk));
      tar.on('error', reject);
      tar.on('close', code =>
        code === 0 ? resolve() : reject(new Error(`tar: ${errors}`)),
      );
      tar.stdin.on('error', () => undefined); // `close` says it
      tar.stdin.end(archive);
    });
    return new OciLayoutCopy(folder);
  }

  /** The manifest, as skopeo prints it. */
  async manifest(): Promise<{
    mediaType?: string;
    layers: { digest: string; mediaType: string }[];
    annotations?: Record<string, string>;
  }> {
    return JSON.parse(await this.skopeo('--raw'));
  }

  /** The configuration, as skopeo prints it. */
  async configuration(): Promise<ImageConfiguration> {
    return JSON.parse(await this.skopeo('--config'));
  }

  async digest(): Promise<string> {
    return JSON.parse(await this.skopeo()).Digest;
  }

  /** Paths in all layers, without `./` and the slash of folders. */
  async paths(): Promise<string[]> {
    const { layers } = await this.manifest();
    const lists = await Promise.all(
      layers.map(layer => exec('tar', ['-tf', this.blob(layer.digest)])),
    );
    return lists.flatMap(({ stdout }) =>
      stdout
        .split('\n')
        .map(path => path.replace(/^\.?\//, '').replace(/\/$/, ''))
        .filter(path => path !== ''),
    );
  }

  /** Content of a file in the topmost layer that has it. */
  async file(path: string): Promise<string> {
    const { layers } = await this.manifest();
    for (const layer of layers.reverse()) {
      const { stdout } = await exec('tar', ['-tf', this.blob(layer.digest)]);
      const member = stdout
        .split('\n')
        .find(name => name.replace(/^\.?\//, '') === path);
      if (!member) continue;
      const found = await exec('tar', [
        '-xOf',
        this.blob(layer.digest),
        member,
      ]);
      return found.stdout;
    }
    throw new Error(`no layer has ${path}`);
  }

  private blob(digest: string): string {
    return join(this.folder, 'blobs', digest.replace(':', '/'));
  }

  private async skopeo(...flags: string[]): Promise<string> {
    const args = ['inspect', ...flags, `oci:${this.folder}`];
    return (await exec('skopeo', args)).stdout;
  }
}
