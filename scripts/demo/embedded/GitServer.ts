import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { gitHttpBackend } from '../../../test/cluster/services/gitHttpBackend.ts';
import { parseGitRequest } from '../../../test/cluster/services/gitServer.ts';
import { git } from '../pushRepository.ts';

/**
 * The embedded demo's git server: this checkout over smart http, on loopback,
 * for reading only.
 */
export class GitServer {
  readonly #folder: string;
  readonly #server: Server;

  constructor(folder: string) {
    this.#folder = folder;
    this.#server = createServer((incoming, outgoing) => {
      const request = parseGitRequest(
        incoming.method ?? '',
        incoming.url ?? '/',
      );
      if (
        !request ||
        request.writes ||
        !existsSync(join(folder, request.repository))
      ) {
        outgoing.writeHead(404).end('no such repository\n');
        return;
      }
      gitHttpBackend(incoming, outgoing, folder);
    });
  }

  /** Listens on loopback; fails when the port is taken. */
  async start(port: number): Promise<void> {
    await new Promise<void>((done, failed) => {
      this.#server.once('error', failed);
      this.#server.listen(port, '127.0.0.1', done);
    });
    // The portal decides how long the demo runs.
    this.#server.unref();
  }

  /**
   * Takes `HEAD` of a checkout as the branch `main` of a repository.
   *
   * @param path - for example `demo/buildog.git`
   * @returns the commit
   */
  async take(checkout: string, path: string): Promise<string> {
    const target = join(this.#folder, path);
    if (!existsSync(target)) {
      await mkdir(target, { recursive: true, mode: 0o700 });
      await git(target, ['init', '--quiet', '--bare', '--initial-branch=main']);
    }
    const ours = ['-c', 'safe.directory=*'];
    await git(checkout, [
      ...ours,
      ...['push', '--quiet', '--force', target, 'HEAD:refs/heads/main'],
    ]);
    return git(checkout, [...ours, 'rev-parse', 'HEAD']);
  }
}
