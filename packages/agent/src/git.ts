/**
 * The hardened git of `init`, for the controller: it asks servers for their
 * refs by the same rules by which the pod will fetch them.
 */
export { AgentError, type AgentErrorOptions } from './program/AgentError';
export {
  classifyGitFailure,
  type GitFailureContext,
} from './init/git/classifyGitFailure';
export {
  gitEnvironment,
  type GitEnvironmentOptions,
} from './init/git/gitEnvironment';
export {
  parseRemoteUrl,
  type RemoteRules,
  type RemoteUrl,
  type Transport,
} from './init/git/remoteUrl';
export { authorizationHeader } from './init/git/Repository';
export { runGit, type GitCall, type GitOutcome } from './init/git/runGit';
export { writeSshFiles } from './init/git/writeSshFiles';
export {
  placeGitSource,
  type PlacedGitSource,
  type PlaceGitSourceOptions,
} from './init/git/placeGitSource';
