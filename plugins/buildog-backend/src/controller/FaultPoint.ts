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
 * production; the tests of crashes end the process there, and those of cancel
 * have the pass wait there until it is interrupted, as slow work would.
 */
export type FaultPoint = (
  point: FaultPointName,
  phase: string,
  pass: { readonly signal: AbortSignal },
) => Promise<void> | void;

/** Does nothing. */
export const noFaults: FaultPoint = () => {};

/**
 * Reads `BUILDOG_TEST_FAULT=point:phase`, for example
 * `after-commit:Running`: the process kills itself with SIGKILL at that
 * point, as a crash would, leaving nothing cleaned up. `point:phase:pause`
 * has the pass wait there until it is interrupted. For tests only.
 *
 * @throws Error when the value is not of that form.
 */
export function faultsFromEnv(
  env: Record<string, string | undefined>,
): FaultPoint {
  const value = env.BUILDOG_TEST_FAULT;
  if (!value) return noFaults;
  const [point, phase, kind, ...rest] = value.split(':');
  if (
    !(FAULT_POINTS as readonly string[]).includes(point) ||
    !phase ||
    (kind !== undefined && kind !== 'pause') ||
    rest.length > 0
  ) {
    throw new Error(
      `BUILDOG_TEST_FAULT=${value} is not point:phase or point:phase:pause with a point of ${FAULT_POINTS.join(
        ', ',
      )}`,
    );
  }
  return (at, phaseNow, pass) => {
    if (at !== point || phaseNow !== phase) return undefined;
    if (kind === 'pause') return aborted(pass.signal);
    process.kill(process.pid, 'SIGKILL');
    return undefined;
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
