/* eslint-disable no-restricted-syntax -- the program is bundled from the sources */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  constants,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findProgram } from '../findProgram';
import { SandboxHost, type SandboxMode } from './SandboxHost';

/** Applets the tests use. */
const applets =
  'sh cat chmod chown cp dd echo env false grep head hostname id kill ln ls mkdir mknod mount mv nc ps pwd readlink rm setsid sleep stat test touch true umount wc wget yes';

/** Id of the ordinary user of the tests; known in no file of the machine. */
const userId = 47110;

/**
 * What the sandbox tests run on: a small filesystem (busybox and a program that
 * tries to get out), a secret beside it, and builders started as root, as an
 * ordinary user, and in a container's stead.
 */
export class SandboxFixture {
  readonly folder = realpathSync(
    mkdtempSync(path.join(os.tmpdir(), 'buildog-sandbox-')),
  );
  private counter = 0;

  /** Why a mode can not be tested here; undefined when it can. */
  static missing(mode: SandboxMode): string | undefined {
    const isRoot = process.getuid?.() === 0;
    if (process.platform !== 'linux') return 'this is no Linux';
    if (!findProgram('busybox')) return 'busybox (static) is missing';
    if (!findProgram('cc')) return 'a C compiler is missing';
    if (!findProgram('unshare')) return 'unshare is missing';
    if (mode !== 'rootless' && !isRoot) return 'this needs root';
    if (mode === 'rootless' && !findProgram('newuidmap')) {
      return 'newuidmap (package uidmap) is missing';
    }
    return undefined;
  }

  /** Makes everything. */
  create(): void {
    chmodSync(this.folder, 0o755);
    const bundle = path.join(this.folder, 'server.cjs');
    const source = path.join(__dirname, 'stepServer.ts');
    const root = path.resolve(__dirname, '../../../../..');
    execFileSync(path.join(root, 'node_modules/.bin/esbuild'), [
      ...[source, '--bundle', '--platform=node', '--log-level=warning'],
      `--outfile=${bundle}`,
    ]);
    // Where Node lies, others may not read.
    const node = path.join(this.folder, 'node');
    copyFileSync(process.execPath, node, constants.COPYFILE_FICLONE);
    chmodSync(node, 0o755);
    writeFileSync(this.secretFile, this.secret, { mode: 0o644 });
  }

  readonly secret = `secret-${Math.random().toString(36).slice(2)}`;

  /** A file of the machine that everybody may read, and no step should. */
  get secretFile(): string {
    return path.join(this.folder, 'secret');
  }

  /** A filesystem for steps, owned by the user of the mode. */
  makeBase(mode: SandboxMode, change?: (base: string) => void): string {
    this.counter += 1;
    const base = path.join(this.folder, `base-${this.counter}`);
    for (const name of ['', 'bin', 'etc', 'tmp', 'work']) {
      mkdirSync(path.join(base, name));
    }
    chmodSync(path.join(base, 'tmp'), 0o1777);
    copyFileSync(findProgram('busybox') ?? '', path.join(base, 'bin/busybox'));
    for (const applet of applets.split(' ')) {
      symlinkSync('busybox', path.join(base, 'bin', applet));
    }
    writeFileSync(
      path.join(base, 'etc/passwd'),
      'root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/work:/bin/sh\n',
    );
    writeFileSync(path.join(base, 'etc/group'), 'root:x:0:\nextra:x:77:app\n');
    this.compile(base);
    change?.(base);
    // Older than any change.
    execFileSync('find', [
      base,
      '-exec',
      'touch',
      '-hd',
      '2020-01-01',
      '{}',
      '+',
    ]);
    if (mode === 'rootless') this.giveAway(base);
    return base;
  }

  /** A folder that the builder of a mode may write to. */
  makeFolder(mode: SandboxMode, files: Record<string, string> = {}): string {
    this.counter += 1;
    const folder = path.join(this.folder, `folder-${this.counter}`);
    mkdirSync(folder);
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(path.join(folder, name), content);
    }
    if (mode === 'rootless') this.giveAway(folder);
    return folder;
  }

  /** Starts a builder. */
  async start(
    mode: SandboxMode,
    base: string,
    allowed: readonly string[] = [],
    existing?: string,
  ): Promise<{ host: SandboxHost; scratch: string }> {
    this.counter += 1;
    const outer = path.join(this.folder, `scratch-${this.counter}`);
    mkdirSync(outer, { mode: 0o755 });
    const scratch = existing ?? path.join(outer, 'run');
    if (mode === 'rootless') this.giveAway(outer);
    const server = [
      path.join(this.folder, 'node'),
      path.join(this.folder, 'server.cjs'),
      ...[base, scratch, mode, ...allowed],
    ];
    const env = { PATH: '/usr/bin:/bin', MARKER: this.secret };
    const host = await SandboxHost.start(
      [...this.prefix(mode), ...server],
      env,
    );
    return { host, scratch };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private prefix(mode: SandboxMode): string[] {
    if (mode === 'local' || process.getuid?.() !== 0) return [];
    // As in a container: processes of its own, but everything else the machine's.
    if (mode === 'chroot') {
      return [
        'unshare',
        '--pid',
        '--fork',
        '--kill-child',
        '--mount-proc',
        '--',
      ];
    }
    // An ordinary user with a range of ids, known only below this command.
    const lines = {
      passwd: `buildog-test:x:${userId}:${userId}::/:/bin/sh\n`,
      subuid: `buildog-test:${userId * 10000}:65536\n`,
      subgid: `buildog-test:${userId * 10000}:65536\n`,
    };
    const mounts: string[] = [];
    for (const [name, line] of Object.entries(lines)) {
      const file = path.join(this.folder, name);
      const before = name === 'passwd' ? this.passwd() : '';
      writeFileSync(file, before + line, { mode: 0o644 });
      mounts.push(file, `/etc/${name}`);
    }
    const script =
      'while [ "$1" != -- ]; do mount --bind "$1" "$2" || exit; shift 2; done; shift; exec "$@"';
    return [
      ...[
        'unshare',
        '--mount',
        '--',
        'sh',
        '-c',
        script,
        'sh',
        ...mounts,
        '--',
      ],
      ...[
        'setpriv',
        `--reuid=${userId}`,
        `--regid=${userId}`,
        '--clear-groups',
      ],
      ...['--inh-caps=-all', '--'],
    ];
  }

  private passwd(): string {
    return execFileSync('cat', ['/etc/passwd'], { encoding: 'utf8' });
  }

  private giveAway(file: string): void {
    if (process.getuid?.() !== 0) return;
    execFileSync('chown', ['-R', `${userId}:${userId}`, '--', file]);
  }

  private compile(base: string): void {
    const program = path.join(this.folder, 'escape');
    execFileSync('cc', [
      ...['-static', '-O1', '-o', program],
      path.join(__dirname, 'escape.c'),
    ]);
    copyFileSync(program, path.join(base, 'bin/escape'));
  }
}
