import { readFileSync } from 'node:fs';
import { agentEnvironment, agentPaths, PROTOCOL_VERSION } from '../protocol';
import { printable } from './printable';

/**
 * First line of every program's log. The nonce changes with the commit the
 * image was built from, so a log tells which build of the agent wrote it.
 */
export function banner(version: string, env: NodeJS.ProcessEnv): string {
  return `buildog agent ${version} protocol ${PROTOCOL_VERSION} nonce ${nonce(
    env,
  )}`;
}

function nonce(env: NodeJS.ProcessEnv): string {
  try {
    const path = env[agentEnvironment.nonce] ?? agentPaths.nonce;
    return printable(readFileSync(path, 'utf8'), 100) || 'none';
  } catch {
    return 'none';
  }
}
