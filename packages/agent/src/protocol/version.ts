/**
 * Version of the protocol between the controller and the programs in a pod.
 *
 * A pod outlives an upgrade of the controller, so a controller reads the
 * results of every version it ever wrote inputs for. Additive optional
 * fields in a *result* keep the number; a new field in an *input*, or a new
 * meaning of an old one, raises it.
 *
 * @public
 */
export const PROTOCOL_VERSION = 1;

/**
 * The programs that share the agent image, in the order a pod starts them.
 *
 * @public
 */
export const agentPrograms = ['sidecar', 'init', 'publish'] as const;

/**
 * One of the programs of the agent image.
 *
 * @public
 */
export type AgentProgram = (typeof agentPrograms)[number];
