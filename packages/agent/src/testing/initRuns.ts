import { join } from 'node:path';
import { init } from '../init/init';
import { initResultSchema, type InitInputFile } from '../protocol';
import { runForTest } from './runForTest';
import type { GitServer } from './startGitServer';
import { temporaryFolder } from './temporaryFolder';

/** A small Dockerfile. */
export const dockerfile = 'FROM scratch\nCOPY . /\n';

/** Changes to an input; those in `git` go into the source. */
export type InputChange = Partial<InitInputFile> & { git?: object };

/** An input of `init` for a repository of the server, with a fresh workspace. */
export function inputFor(
  server: GitServer,
  repository: string,
  revision: string,
  { git = {}, ...rest }: InputChange = {},
): InitInputFile {
  return {
    protocolVersion: 1,
    source: {
      type: 'git',
      url: `${server.url}/${repository}`,
      revision,
      transports: ['http'],
      ...git,
    },
    workspacePath: temporaryFolder('buildog-workspace'),
    ...rest,
  };
}

/** Runs `init`; `path` names files of its workspace. */
export async function runInit(file: InitInputFile, credential?: unknown) {
  const outcome = await runForTest(init, file, { credential });
  const result = initResultSchema.parse(outcome.result);
  return {
    ...outcome,
    result,
    failure: result.ok ? undefined : result.reason.code,
    message: result.ok ? '' : result.reason.message,
    path: (name: string) => join(String(file.workspacePath), name),
  };
}
