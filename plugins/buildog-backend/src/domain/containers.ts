const OURS = new Set(['init', 'publish', 'sidecar', 'proxy']);

/** True for a container that a scheduler brought: it runs the user's code. */
export function isBuildContainer(name: string): boolean {
  return !OURS.has(name);
}

/**
 * Names of a scheduler's containers. One that runs as a process only brings
 * none, and its process is called `build`.
 */
export function buildContainerNames(prepared: {
  containers: readonly { name: string }[];
}): string[] {
  const names = prepared.containers.map(({ name }) => name);
  return names.length > 0 ? names : ['build'];
}

/**
 * Containers whose output is kept as log, in the order they run.
 * @param build names of the scheduler's containers.
 */
export function loggedContainers(build: string[]): string[] {
  return ['init', ...build, 'publish'];
}
