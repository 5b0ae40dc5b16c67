import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

const environment = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_COMMITTER_NAME: 'Kim',
  GIT_COMMITTER_EMAIL: 'kim@example.org',
  GIT_COMMITTER_DATE: '1700000000 +0000',
};

/** Something that a commit contains. */
export type Content =
  | string
  | Buffer
  | { symlink: string }
  | { executable: string }
  | { submodule: string };

/** Runs git in a repository and returns its output. */
export function git(directory: string, args: string[], input?: Buffer): string {
  return execFileSync('git', ['-C', directory, ...args], {
    env: environment,
    input,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
    .toString()
    .trim();
}

/** Makes an empty bare repository. */
export function makeRepository(
  directory: string,
  format: 'sha1' | 'sha256' = 'sha1',
): void {
  mkdirSync(directory, { recursive: true });
  git(directory, [
    'init',
    '--quiet',
    '--bare',
    '--initial-branch=main',
    `--object-format=${format}`,
  ]);
}

/**
 * Adds a commit with exactly these files to a branch, by `fast-import`, so
 * that also what no work tree could hold can be committed.
 *
 * @returns its id
 */
export function commit(
  directory: string,
  files: Record<string, Content>,
  { branch = 'main', message = 'Change' } = {},
): string {
  const parts: Buffer[] = [];
  const data = (content: string | Buffer) => {
    const bytes = Buffer.from(content);
    parts.push(Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n'));
  };
  const line = (text: string) => parts.push(Buffer.from(`${text}\n`));
  const ref = `refs/heads/${branch}`;
  line(`commit ${ref}`);
  line('author Ada <ada@example.org> 1700000000 +0100');
  line('committer Kim <kim@example.org> 1700000000 +0000');
  data(message);
  if (git(directory, ['for-each-ref', ref])) line(`from ${ref}^0`);
  line('deleteall');
  for (const [path, content] of Object.entries(files)) {
    const name = JSON.stringify(path);
    if (typeof content === 'string' || Buffer.isBuffer(content)) {
      line(`M 100644 inline ${name}`);
      data(content);
    } else if ('symlink' in content) {
      line(`M 120000 inline ${name}`);
      data(content.symlink);
    } else if ('executable' in content) {
      line(`M 100755 inline ${name}`);
      data(content.executable);
    } else {
      line(`M 160000 ${content.submodule} ${name}`);
    }
  }
  git(directory, ['fast-import', '--quiet', '--force'], Buffer.concat(parts));
  return git(directory, ['rev-parse', ref]);
}
