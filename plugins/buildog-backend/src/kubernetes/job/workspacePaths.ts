import { agentPaths } from '@buildog/agent';
import type { WorkspaceLayout } from '@buildog/plugin-buildog-node';

/** Where the shared folders lie in every container of a job that has them. */
export const workspacePaths: WorkspaceLayout = {
  sourceDir: agentPaths.workspace,
  outputDir: agentPaths.layout.replace(/\/[^/]+$/, ''),
  scratchDir: '/buildog/scratch',
  filesDir: '/buildog/files',
};

/** Directory of a program's credentials. */
export const CREDENTIALS_DIRECTORY = agentPaths.sourceCredential.replace(
  /\/[^/]+$/,
  '',
);
