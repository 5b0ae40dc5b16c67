import { resolve } from 'node:path';
import type { ClusterState } from '../cluster/clusterState.ts';
import { buildImages } from '../cluster/images/buildImages.ts';
import { bootstrapAgentImage } from './bootstrapAgentImage.ts';
import { pushLayout } from './pushLayout.ts';
import { toolchainImage } from './toolchainImage.ts';

const root = resolve(import.meta.dirname, '../..');

/** Images of this checkout, as references with digests. */
export interface AgentImages {
  /** What runs in our containers of a job. */
  agent: string;
  /** What its programs print first: it changes with each state of the sources. */
  nonce: string;
  /** `TOOLCHAIN_IMAGE` of the agent's Dockerfile. */
  toolchain: string;
}

/**
 * Makes the agent's image and its toolchain from this checkout and pushes
 * them into the cluster's plain registry. Quick when nothing changed.
 */
export async function agentImages(
  cluster: Pick<ClusterState, 'registries'>,
): Promise<AgentImages> {
  const { plain } = cluster.registries;
  await buildImages();
  const [agent, toolchain] = await Promise.all([
    bootstrapAgentImage(root),
    toolchainImage(root),
  ]);
  return {
    nonce: agent.nonce,
    agent: await pushLayout(agent.layout, plain, 'buildog/agent'),
    toolchain: await pushLayout(toolchain, plain, 'buildog/toolchain'),
  };
}
