import {
  execFileSync,
  spawn,
  type ChildProcessWithoutNullStreams,
} from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { StepAnswer, StepRequest } from './stepServer';

/** How a builder is started for a test. */
export type SandboxMode = 'local' | 'rootless' | 'chroot';

/** What became of a step. */
export type StepOutcome = (StepAnswer & { kind: 'done' }) & {
  readonly text: string;
};

/** A builder in a process of its own, as a test sees it. */
export class SandboxHost {
  private readonly waiting = new Map<
    number,
    { text: string; done: (outcome: StepOutcome) => void }
  >();
  private counter = 0;
  /** Everything the builder printed that was no answer. */
  errors = '';

  private readonly ready: Promise<StepAnswer & { kind: 'ready' }>;

  private constructor(readonly child: ChildProcessWithoutNullStreams) {
    child.stderr.on('data', bytes => {
      this.errors += bytes;
    });
    this.ready = new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', line => {
        const message = JSON.parse(line) as StepAnswer;
        if (message.kind === 'ready') resolve(message);
        else this.take(message);
      });
      child.once('exit', () =>
        reject(new Error(`the builder did not start: ${this.errors}`)),
      );
    });
  }

  /** Starts a command that ends in the step server's. */
  static async start(
    command: readonly string[],
    env: NodeJS.ProcessEnv,
  ): Promise<SandboxHost> {
    const child = spawn(command[0], command.slice(1), {
      env,
      cwd: '/',
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const host = new SandboxHost(child);
    await host.ready;
    return host;
  }

  /** Process of the builder as the machine numbers it. */
  async pid(): Promise<number> {
    return (await this.ready).pid;
  }

  async name(): Promise<string> {
    return (await this.ready).name;
  }

  /** Runs a step; `id` is for {@link abort}. */
  begin(
    step: (StepRequest & { kind: 'run' })['step'],
    slow?: number,
  ): { id: number; outcome: Promise<StepOutcome> } {
    this.counter += 1;
    const id = this.counter;
    const outcome = new Promise<StepOutcome>(done => {
      this.waiting.set(id, { text: '', done });
    });
    this.send({ kind: 'run', id, step, ...(slow !== undefined && { slow }) });
    return { id, outcome };
  }

  /** Runs `sh -c SCRIPT`. */
  async shell(
    script: string,
    step: (StepRequest & { kind: 'run' })['step'] = {},
  ): Promise<StepOutcome> {
    return this.begin({ args: ['sh', '-c', script], ...step }).outcome;
  }

  /** Resolves when a step has printed a text. */
  async printed(id: number, text: string): Promise<void> {
    while (!this.waiting.get(id)?.text.includes(text)) {
      if (!this.waiting.has(id)) throw new Error(`step ${id} has ended`);
      await once(this.child.stdout, 'data');
    }
  }

  /** What a running step has printed so far. */
  textOf(id: number): string {
    return this.waiting.get(id)?.text ?? '';
  }

  abort(id: number): void {
    this.send({ kind: 'abort', id });
  }

  /** Lets the builder end in order; resolves with what it printed besides answers. */
  async close(): Promise<string> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.stdin.end();
      await once(this.child, 'exit');
    }
    return this.errors;
  }

  private send(request: StepRequest): void {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
  }

  private take(message: StepAnswer): void {
    if (message.kind === 'ready') return;
    const entry = this.waiting.get(message.id);
    if (!entry) return;
    if (message.kind === 'output') {
      entry.text += message.text;
      return;
    }
    this.waiting.delete(message.id);
    entry.done({ ...message, text: entry.text });
  }
}

/** Command lines of all processes that have a text in theirs: what is left of a test. */
export function processesWith(text: string): string[] {
  const listing = execFileSync('ps', ['-eo', 'pid=,args='], {
    encoding: 'utf8',
  });
  return listing
    .split('\n')
    .filter(line => line.includes(text) && !/\bps -eo\b/.test(line));
}
