import { stat } from 'node:fs/promises';
import type { DockerfileStep, InitInput } from '../protocol';
import { AgentError } from '../program';
import { dockerfileSteps } from './dockerfile/dockerfileSteps';
import {
  readDockerfile,
  type DockerfileContent,
} from './dockerfile/readDockerfile';
import { resolveInside } from './resolveInside';

/** The Dockerfile of a source, read and understood. */
export interface BuildFiles {
  dockerfile: DockerfileContent;
  steps: DockerfileStep[];
}

/**
 * Sees to it that context and Dockerfile exist and do not lead out of the
 * source, and reads the Dockerfile.
 *
 * @throws AgentError
 */
export async function checkBuildFiles({
  workspacePath,
  context,
  dockerfile,
}: Pick<
  InitInput,
  'workspacePath' | 'context' | 'dockerfile'
>): Promise<BuildFiles> {
  const directory = await resolveInside(workspacePath, context);
  if (directory.state === 'outside') {
    throw new AgentError(
      'ContextOutsideSource',
      `The build context ${context} is a link that leads out of the source.`,
    );
  }
  if (
    directory.state === 'missing' ||
    !(await stat(directory.path)).isDirectory()
  ) {
    throw new AgentError(
      'ContextMissing',
      `The source has no directory ${context} for the build context.`,
    );
  }
  const file = await resolveInside(workspacePath, dockerfile);
  if (file.state === 'outside') {
    throw new AgentError(
      'DockerfileOutsideSource',
      `The Dockerfile ${dockerfile} is a link that leads out of the source.`,
    );
  }
  if (file.state === 'missing') {
    throw new AgentError(
      'DockerfileMissing',
      `The source has no Dockerfile at ${dockerfile}.`,
    );
  }
  const content = await readDockerfile(file.path);
  return { dockerfile: content, steps: dockerfileSteps(content.text) };
}
