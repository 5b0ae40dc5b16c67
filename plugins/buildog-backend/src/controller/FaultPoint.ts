/** Where a pass can be made to die. */
export const FAULT_POINTS = [
  'before-commit',
  'after-commit',
  'after-act',
] as const;

/** Where a pass can be made to die. */
export type FaultPointName = (typeof FAULT_POINTS)[number];

/**
 * Called between the steps of every pass, with the build's phase: the one
 * being entered at `before-commit`, else the one it is in. Does nothing in
 * production; the crash tests end the process there.
 */
export type FaultPoint = (point: FaultPointName, phase: string) => void;

/** Does nothing. */
export const noFaults: FaultPoint = () => {};

/**
 * Reads `BUILDOG_TEST_FAULT=point:phase`, for example
 * `after-commit:Running`: the process kills itself with SIGKILL at that
 * point, as a crash would, leaving nothing cleaned up. For tests only.
 *
 * @throws Error when the value is not of that form.
 */
export function faultsFromEnv(
  env: Record<string, string | undefined>,
): FaultPoint {
  const value = env.BUILDOG_TEST_FAULT;
  if (!value) return noFaults;
  const [point, phase, ...rest] = value.split(':');
  if (
    !(FAULT_POINTS as readonly string[]).includes(point) ||
    !phase ||
    rest.length > 0
  ) {
    throw new Error(
      `BUILDOG_TEST_FAULT=${value} is not point:phase with a point of ${FAULT_POINTS.join(
        ', ',
      )}`,
    );
  }
  return (at, phaseNow) => {
    if (at === point && phaseNow === phase)
      process.kill(process.pid, 'SIGKILL');
  };
}
