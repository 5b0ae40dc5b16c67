import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, Interface } from 'node:readline';

/**
 * Mounts overlays where only a child process sees them: nothing stays mounted
 * when a test dies. This process reaches them through `/proc`.
 */
export class OverlayMounts {
  private constructor(
    private readonly child: ChildProcess,
    private readonly answers: AsyncIterator<string>,
  ) {}

  static async start(): Promise<OverlayMounts> {
    const loop =
      'echo ready; while IFS= read -r line; do eval "$line"; echo "$?"; done';
    const child = spawn('unshare', ['--mount', 'sh', '-c', loop], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    if (!child.stdout) throw new Error('no output');
    const lines: Interface = createInterface(child.stdout);
    const answers = lines[Symbol.asyncIterator]();
    const mounts = new OverlayMounts(child, answers);
    if ((await answers.next()).value !== 'ready')
      throw new Error('no namespace');
    return mounts;
  }

  /**
   * Mounts an overlay.
   *
   * @param lower - lowest first
   * @returns where this process sees it
   */
  async mount(
    lower: readonly string[],
    upper: string,
    work: string,
    target: string,
  ): Promise<string> {
    const directories = [...lower].reverse().join(':');
    await this.run(
      `mount -t overlay overlay -o lowerdir=${directories},upperdir=${upper},workdir=${work} ${target}`,
    );
    return `/proc/${this.child.pid}/root${target}`;
  }

  async unmount(target: string): Promise<void> {
    await this.run(`umount ${target}`);
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.stdin?.end();
    await ended;
  }

  private async run(command: string): Promise<void> {
    this.child.stdin?.write(`${command}\n`);
    const { value } = await this.answers.next();
    if (value !== '0') throw new Error(`${command}: exit code ${value}`);
  }
}
