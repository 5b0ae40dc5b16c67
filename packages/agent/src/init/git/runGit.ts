import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/**
 * How to run git once.
 *
 * @public
 */
export interface GitCall {
  /** Arguments; values of users come after `--end-of-options`. */
  args: readonly string[];
  /** The whole environment, see {@link gitEnvironment}. */
  env: Record<string, string>;
  /** Kills git and its children. */
  signal: AbortSignal;
  /** Written to standard input. */
  input?: string | Buffer;
  /** Receives standard output as it comes; it is collected otherwise. */
  onOutput?: (chunk: Buffer) => void;
  /** Receives each line of standard error, progress included. */
  onLine?: (line: string) => void;
}

/**
 * How git ended.
 *
 * @public
 */
export interface GitOutcome {
  /** `undefined` when a signal ended it. */
  code?: number;
  /** At most 16 MiB. */
  stdout: Buffer;
  /** The last 64 lines, progress lines left out. */
  stderr: string;
}

const STDOUT_LIMIT_BYTES = 16_777_216;
const LINE_LIMIT = 2000;

/**
 * Runs git in a process group of its own, without a shell. When the signal
 * aborts, the whole group (ssh, git-remote-https, index-pack) is killed and
 * the promise rejects with the signal's reason after it has ended.
 *
 * @public
 */
export async function runGit(call: GitCall): Promise<GitOutcome> {
  call.signal.throwIfAborted();
  const child = spawn('git', call.args, {
    env: call.env,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const killGroup = () => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The group is gone already.
    }
  };
  call.signal.addEventListener('abort', killGroup, { once: true });
  try {
    child.stdin.on('error', () => undefined); // git may end before it has read all
    child.stdin.end(call.input);
    const output = call.onOutput
      ? forward(child.stdout, call.onOutput)
      : collect(child.stdout);
    const lines = tail(child.stderr, call.onLine);
    const code = await new Promise<number | undefined>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', status => resolve(status ?? undefined));
    });
    const [stdout, stderr] = await Promise.all([output, lines]);
    call.signal.throwIfAborted();
    return { code, stdout, stderr };
  } finally {
    call.signal.removeEventListener('abort', killGroup);
    killGroup();
  }
}

async function forward(stream: Readable, onOutput: (chunk: Buffer) => void) {
  for await (const chunk of stream) onOutput(chunk);
  return Buffer.alloc(0);
}

async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size <= STDOUT_LIMIT_BYTES) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function tail(
  stream: Readable,
  onLine: ((line: string) => void) | undefined,
): Promise<string> {
  const kept: string[] = [];
  let rest = '';
  const take = (line: string) => {
    if (line.trim() === '') return;
    onLine?.(line);
    if (/\d+% \(\d+\/\d+\)/.test(line)) return;
    kept.push(line);
    if (kept.length > 64) kept.shift();
  };
  stream.setEncoding('utf8');
  for await (const chunk of stream) {
    const lines = (rest + chunk).split(/[\r\n]/);
    rest = (lines.pop() ?? '').slice(-LINE_LIMIT);
    lines.forEach(line => take(line.slice(0, LINE_LIMIT)));
  }
  take(rest);
  return kept.join('\n');
}
