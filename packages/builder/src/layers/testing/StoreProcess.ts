import { ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Work with a store in a process of its own, which can be killed and measured. */
export class StoreProcess {
  private output = '';

  private constructor(private readonly child: ChildProcess) {
    child.stdout?.on('data', chunk => {
      this.output += chunk;
    });
  }

  /** Bundles the program once; the result is a path for {@link StoreProcess.start}. */
  static bundle(folder: string): string {
    const program = join(folder, 'store.cjs');
    execFileSync(require.resolve('esbuild/bin/esbuild'), [
      require.resolve('./runStore'),
      '--bundle',
      '--platform=node',
      '--log-level=error',
      `--outfile=${program}`,
    ]);
    return program;
  }

  /** @param args - see `runStore.ts` */
  static start(program: string, ...args: string[]): StoreProcess {
    return new StoreProcess(
      spawn(process.execPath, [program, ...args], {
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    );
  }

  /** What it printed, when it ended by itself. */
  async finished(): Promise<string> {
    const [code] = await once(this.child, 'close');
    if (code !== 0) throw new Error(`exit code ${code}: ${this.output}`);
    return this.output;
  }

  /** Ends it as `kill -9` does, after so many milliseconds, unless it ends before. */
  async killAfter(milliseconds: number): Promise<void> {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), milliseconds);
    await once(this.child, 'close');
    clearTimeout(timer);
  }
}
