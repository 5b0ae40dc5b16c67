import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const require = createRequire(
  join(root, 'packages', 'backend', 'package.json'),
);

/** How a demo backend is started. */
export interface BackendOptions {
  /** Port on loopback for the API and the app. */
  port: number;
  /** Config files, the later ones win. */
  configs: string[];
  env: NodeJS.ProcessEnv;
  /** Where its output goes; to ours when absent. */
  logFile?: string;
  /** Path of another module than `packages/backend/src/index.ts`. */
  entry?: string;
}

/**
 * The demo's backend as one child process, so that tests can kill exactly it.
 * It runs from source, transformed by Backstage's own loader.
 */
export class Backend {
  readonly #options: BackendOptions;
  #child: ChildProcess | undefined;
  #exit:
    | Promise<{ code: number | null; signal: NodeJS.Signals | null }>
    | undefined;

  constructor(options: BackendOptions) {
    this.#options = options;
  }

  get baseUrl(): string {
    return `http://localhost:${this.#options.port}`;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Starts the process and resolves once it is ready.
   *
   * @param env - added for this start only.
   * @throws Error with the place of its log, when it ends before it is ready.
   */
  async start(env: NodeJS.ProcessEnv = {}): Promise<void> {
    const { configs, logFile } = this.#options;
    await this.#assertPortIsFree();
    const child = spawn(
      process.execPath,
      [
        '--require',
        require.resolve('@backstage/cli/config/nodeTransform.cjs'),
        this.#options.entry ?? 'src/index.ts',
        ...configs.flatMap(file => ['--config', file]),
      ],
      {
        cwd: join(root, 'packages', 'backend'),
        env: {
          ...this.#options.env,
          ...this.#portSettings(),
          NODE_ENV: 'production',
          ...env,
        },
        stdio: [
          'ignore',
          logFile ? 'pipe' : 'inherit',
          logFile ? 'pipe' : 'inherit',
        ],
      },
    );
    if (logFile) {
      const log = createWriteStream(logFile, { flags: 'a' });
      child.stdout?.pipe(log);
      child.stderr?.pipe(log);
    }
    this.#child = child;
    // A test runner that is stopped must not leave a portal behind.
    const leaveNothing = () => child.kill('SIGKILL');
    process.once('exit', leaveNothing);
    this.#exit = new Promise(done => {
      child.on('exit', (code, signal) => {
        process.off('exit', leaveNothing);
        done({ code, signal });
      });
    });
    await this.#untilReady();
  }

  /** Resolves when the process has ended, however it did. */
  async exited(): Promise<void> {
    await this.#exit;
  }

  /** Ends the process at once, as a crash of the machine would. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#exit;
  }

  /** Asks the process to end, and insists after 20 s. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const insist = setTimeout(() => child.kill('SIGKILL'), 20_000);
    child.kill('SIGTERM');
    await this.#exit;
    clearTimeout(insist);
  }

  #portSettings(): NodeJS.ProcessEnv {
    return {
      APP_CONFIG_app_baseUrl: JSON.stringify(this.baseUrl),
      APP_CONFIG_backend_baseUrl: JSON.stringify(this.baseUrl),
      APP_CONFIG_backend_cors_origin: JSON.stringify(this.baseUrl),
      APP_CONFIG_backend_listen_port: String(this.#options.port),
    };
  }

  /** Another portal on the port would answer in our place. */
  async #assertPortIsFree(): Promise<void> {
    const answered = await fetch(this.baseUrl).then(
      () => true,
      () => false,
    );
    if (answered) {
      throw new Error(
        `port ${this.#options.port} is taken: end what listens there`,
      );
    }
  }

  async #untilReady(): Promise<void> {
    const url = `${this.baseUrl}/.backstage/health/v1/readiness`;
    let ended = false;
    void this.#exit?.then(() => {
      ended = true;
    });
    for (const end = Date.now() + 120_000; Date.now() < end; ) {
      if (ended) break;
      const ready = await fetch(url).then(
        response => response.ok,
        () => false,
      );
      if (ready) return;
      await new Promise(done => setTimeout(done, 100));
    }
    throw new Error(
      `the backend did not get ready at ${url}; see ${
        this.#options.logFile ?? 'its output above'
      }`,
    );
  }
}
