import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A git server that one may push to. */
export interface GitServer {
  /** For example `http://198.18.0.2:8080`. */
  url: string;
  username: string;
  password: string;
}

/** git with a fixed author, and without anything of this machine's configuration. */
export async function git(
  cwd: string,
  args: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const { stdout } = await execute('git', args, {
    cwd,
    maxBuffer: 64 * 1024 * 1024,
    env: {
      PATH: process.env.PATH,
      HOME: cwd,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_TERMINAL_PROMPT: '0',
      GIT_AUTHOR_NAME: 'Buildog',
      GIT_AUTHOR_EMAIL: 'buildog@example.test',
      GIT_COMMITTER_NAME: 'Buildog',
      GIT_COMMITTER_EMAIL: 'buildog@example.test',
      ...env,
    },
  });
  return stdout.trim();
}

/**
 * The environment that lets git use the server's password without having it
 * in an argument or a URL.
 */
export function credentialEnvironment(server: GitServer): NodeJS.ProcessEnv {
  const basic = Buffer.from(`${server.username}:${server.password}`).toString(
    'base64',
  );
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${server.url}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  };
}

/**
 * Pushes `HEAD` of an existing checkout as branch `main`.
 * @returns the commit.
 */
export async function pushCheckout(
  server: GitServer,
  checkout: string,
  path: string,
): Promise<string> {
  const target = `${server.url}/${path}`;
  await git(
    checkout,
    [
      '-c',
      'safe.directory=*',
      'push',
      '--quiet',
      '--force',
      target,
      'HEAD:refs/heads/main',
    ],
    credentialEnvironment(server),
  );
  return git(checkout, ['-c', 'safe.directory=*', 'rev-parse', 'HEAD']);
}

/**
 * Makes a repository of one commit from a folder's files and pushes it as
 * branch `main`, with `@NAME@` in the files replaced.
 * @returns the commit.
 */
export async function pushFolder(
  server: GitServer,
  folder: string,
  path: string,
  replacements: Record<string, string> = {},
): Promise<string> {
  const checkout = await mkdtemp(join(tmpdir(), 'buildog-repository-'));
  try {
    for (const name of await readdir(folder)) {
      const text = await readFile(join(folder, name), 'utf8');
      const replaced = Object.entries(replacements).reduce(
        (result, [key, value]) => result.replaceAll(`@${key}@`, value),
        text,
      );
      await writeFile(join(checkout, name), replaced);
    }
    await git(checkout, ['init', '--quiet', '--initial-branch=main']);
    await git(checkout, ['add', '--all']);
    await git(checkout, ['commit', '--quiet', '--message', 'Add the example']);
    return await pushCheckout(server, checkout, path);
  } finally {
    await rm(checkout, { recursive: true, force: true });
  }
}
