/* eslint-disable jest/no-export, jest/valid-title, jest/expect-expect -- a describe for the suites of other files */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { findProgram } from '../execute/findProgram';

// eslint-disable-next-line no-restricted-syntax -- the program is bundled from the sources
const packageFolder = resolve(__dirname, '../..');

/** How a run of the command line ended. */
export interface CliOutcome {
  /** Absent when a signal ended it. */
  readonly code?: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as it is shipped, with a folder of its own to build in. */
export class CliFixture {
  readonly folder = mkdtempSync(join(tmpdir(), 'buildog-ossb-'));
  readonly program = join(this.folder, 'bin', 'ossb.mjs');

  /** Why nothing can be built here; undefined when it can. */
  static missing(): string | undefined {
    if (process.platform !== 'linux') return 'this is no Linux';
    if (!findProgram('busybox')) return 'busybox (static) is missing';
    if (!findProgram('unshare')) return 'unshare is missing';
    return process.getuid?.() === 0 ? undefined : 'this needs root';
  }

  /** Bundles the program. */
  create(): void {
    const script = resolve(packageFolder, 'scripts/bundle.mjs');
    const out = join(this.folder, 'bin');
    execFileSync(process.execPath, [script, '--out', out]);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  path(...names: readonly string[]): string {
    return join(this.folder, ...names);
  }

  /**
   * A context with a shell in it: a Dockerfile that begins with {@link base} has
   * busybox's programs.
   */
  context(name: string, files: Readonly<Record<string, string>>): string {
    const folder = this.path(name);
    mkdirSync(folder, { recursive: true });
    copyFileSync(findProgram('busybox') ?? '', join(folder, 'busybox'));
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), content);
    }
    return folder;
  }

  /** Starts the program with a cache folder of the fixture. */
  start(
    args: readonly string[],
    options: { readonly cache?: string; readonly env?: NodeJS.ProcessEnv } = {},
  ): ChildProcess {
    const { cache = 'cache', env } = options;
    const [command, ...rest] = args;
    return spawn(
      process.execPath,
      [this.program, command, '--cache-dir', this.path(cache), ...rest],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env.PATH,
          HOME: this.folder,
          XDG_CACHE_HOME: this.path('home-cache'),
          ...env,
        },
      },
    );
  }

  /** Runs the program to its end. */
  async run(
    args: readonly string[],
    options: Parameters<CliFixture['start']>[1] = {},
  ): Promise<CliOutcome> {
    return outcomeOf(this.start(args, options));
  }
}

/** Lines of a Dockerfile that give a filesystem with a shell. */
export const base = [
  'FROM scratch AS base',
  'COPY busybox /bin/busybox',
  'RUN ["/bin/busybox", "--install", "-s", "/bin"]',
].join('\n');

/** Waits for a process and collects what it says. */
export async function outcomeOf(child: ChildProcess): Promise<CliOutcome> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', text => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', text => (stderr += text));
  const code = await new Promise<number | undefined>((done, fail) => {
    child.once('error', fail);
    child.once('close', status => done(status ?? undefined));
  });
  return { code, stdout, stderr };
}

/** Describes what needs the real thing; under a name that says why, where it is not there. */
export function describeCli(
  title: string,
  tests: (fixture: CliFixture) => void,
): void {
  const missing = CliFixture.missing();
  if (missing !== undefined && process.env.BUILDOG_REQUIRE_SANDBOX) {
    it(title, () => {
      throw new Error(`BUILDOG_REQUIRE_SANDBOX is set, and ${missing}`);
    });
    return;
  }
  const suite = missing === undefined ? describe : describe.skip;
  suite(missing === undefined ? title : `${title} (${missing})`, () => {
    const fixture = new CliFixture();
    jest.setTimeout(120_000);
    beforeAll(() => fixture.create());
    afterAll(() => fixture.remove());
    tests(fixture);
  });
}
