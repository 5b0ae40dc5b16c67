/**
 * The hardened git of `init`, for the controller: it asks servers for their
 * refs by the same rules by which the pod will fetch them.
 */
export { AgentError } from './program/AgentError';
export { classifyGitFailure } from './init/git/classifyGitFailure';
export { gitEnvironment } from './init/git/gitEnvironment';
export { parseRemoteUrl } from './init/git/remoteUrl';
export { authorizationHeader } from './init/git/Repository';
export { runGit } from './init/git/runGit';
export { writeSshFiles } from './init/git/writeSshFiles';
