import { ChildProcess, spawn } from 'node:child_process';
import { on, once } from 'node:events';

/**
 * The embedded registry in a process of its own, without users, so that a test
 * can kill it.
 */
export class RegistryProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  /** Starts it over a root; resolves once it listens. */
  static async start(root: string): Promise<RegistryProcess> {
    const child = spawn(
      process.execPath,
      [
        '--require',
        require.resolve('@backstage/cli/config/nodeTransform.cjs'),
        require.resolve('./runRegistry'),
        root,
      ],
      { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
    );
    let line = '';
    let complaint = '';
    child.stderr?.on('data', chunk => {
      complaint += chunk;
    });
    for await (const chunk of child.stdout ?? []) {
      line += chunk;
      if (line.includes('\n')) break;
    }
    if (line === '') throw new Error(`it did not start: ${complaint}`);
    return new RegistryProcess(child, line.trim());
  }

  /** The most memory it had so far, in bytes. */
  async peakMemory(): Promise<number> {
    const messages = on(this.child, 'message');
    this.child.send('peak?');
    // The loader of the sources sends messages of its own.
    for await (const [kibibytes] of messages) {
      if (typeof kibibytes === 'number') return kibibytes * 1024;
    }
    throw new Error('the registry is gone');
  }

  /** Ends it as `kill -9` does. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}
