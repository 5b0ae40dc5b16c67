import { spawn } from 'node:child_process';
import { join } from 'node:path';

/*
 * The only command that an ssh session of the git server can run: it reads what
 * the client asked for and starts git for a repository of the server, nothing else.
 *
 * Run by sshd as: node sshGit.ts REPOSITORIES, with SSH_ORIGINAL_COMMAND set
 */

/** Program and repository of an ssh client's command; `undefined` when it is anything else. */
export function parseSshCommand(
  command: string,
): { program: string; repository: string } | undefined {
  const parts =
    /^git[ -](upload-pack|receive-pack) '\/?([a-z0-9][a-z0-9._-]*(?:\/[a-z0-9][a-z0-9._-]*)*\.git)'$/i.exec(
      command,
    );
  return parts && !parts[2].includes('..')
    ? { program: parts[1], repository: parts[2] }
    : undefined;
}

if (import.meta.main) {
  const wanted = parseSshCommand(process.env.SSH_ORIGINAL_COMMAND ?? '');
  if (wanted) {
    const child = spawn(
      'git',
      [wanted.program, join(process.argv[2], wanted.repository)],
      { stdio: 'inherit' },
    );
    child.on('exit', code => process.exit(code ?? 1));
  } else {
    process.stderr.write('this server speaks git only\n');
    process.exit(1);
  }
}
