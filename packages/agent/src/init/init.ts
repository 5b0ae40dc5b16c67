import { mkdtemp, rm, access } from 'node:fs/promises';
import { join } from 'node:path';
import {
  agentPaths,
  formatDockerfileEvent,
  initInputSchema,
  PROTOCOL_VERSION,
  sourceCredentialSchema,
  STEP_LIMIT,
  type InitInput,
  type InitSuccess,
  type SourceCredential,
} from '../protocol';
import {
  AgentError,
  printable,
  readCredential,
  type Program,
  type ProgramContext,
} from '../program';
import { placeArchive } from './archive/placeArchive';
import { checkBuildFiles } from './checkBuildFiles';
import { placeGitSource } from './git/placeGitSource';
import { prepareWorkspace } from './prepareWorkspace';

/**
 * Puts the source into the workspace and checks that it can be built. When
 * it fails the build containers never start, so what lies in the workspace
 * then is of no consequence; its own files are removed in any case.
 */
export const init: Program<typeof initInputSchema> = {
  name: 'init',
  inputSchema: initInputSchema,
  credentialPath: agentPaths.sourceCredential,
  run: runInit,
};

async function runInit(
  input: InitInput,
  context: ProgramContext,
): Promise<InitSuccess> {
  const started = performance.now();
  const deadline = AbortSignal.timeout(input.limits.seconds * 1000);
  const signal = AbortSignal.any([context.signal, deadline]);
  const credential = await findCredential(context.credentialPath);
  const hidden = await prepareWorkspace(input.workspacePath);
  const scratch = await mkdtemp(join(context.scratchPath, 'buildog-init-'));
  try {
    const placed = await placeSource(input, {
      credential,
      hidden,
      scratch,
      signal,
      log: context.log,
    });
    const { dockerfile, steps } = await checkBuildFiles(input);
    context.log(
      formatDockerfileEvent({
        event: 'dockerfile',
        path: input.dockerfile,
        steps: steps.slice(0, STEP_LIMIT),
        total: steps.length,
      }),
    );
    const seconds = Math.round(performance.now() - started) / 1000;
    context.log(
      `init: ${placed.files} files, ${placed.bytes} bytes in ${seconds} s`,
    );
    return {
      protocolVersion: PROTOCOL_VERSION,
      program: 'init',
      ok: true,
      ...placed,
      dockerfile: {
        digest: dockerfile.digest,
        bytes: dockerfile.bytes,
        steps: steps.length,
      },
      seconds,
    };
  } catch (error) {
    if (deadline.aborted && !(error instanceof AgentError)) {
      throw new AgentError(
        'SourceTimedOut',
        `The source was not there after ${input.limits.seconds} seconds.`,
        { cause: error },
      );
    }
    throw error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
    await rm(hidden, { recursive: true, force: true });
  }
}

type Placing = Omit<Parameters<typeof placeGitSource>[0], 'input' | 'source'>;

async function placeSource(
  input: InitInput,
  placing: Placing,
): Promise<Pick<InitSuccess, 'source' | 'files' | 'bytes' | 'warnings'>> {
  const { source } = input;
  if (source.type === 'archive') {
    const written = await placeArchive({ ...placing, input, source });
    return {
      ...written,
      warnings: [],
      source: { type: 'archive', digest: source.digest },
    };
  }
  const { commit, submodules, files, bytes, warnings } = await placeGitSource({
    ...placing,
    input,
    source,
  });
  placing.log(`git: ${printable(commit.subject)} (${commit.author})`);
  return {
    files,
    bytes,
    warnings,
    source: { type: 'git', revision: source.revision, submodules, ...commit },
  };
}

async function findCredential(
  path: string,
): Promise<SourceCredential | undefined> {
  try {
    await access(path);
  } catch {
    return undefined;
  }
  return readCredential(path, sourceCredentialSchema);
}
