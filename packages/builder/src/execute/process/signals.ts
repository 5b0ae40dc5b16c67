import { constants } from 'node:os';

/** Number of a signal; 0 for none. */
export function signalNumber(signal: NodeJS.Signals | null): number {
  return signal ? constants.signals[signal] : 0;
}

/** Name of the signal that an exit code of a shell stands for (128 + n); undefined for other codes. */
export function signalOfExitCode(code: number): string | undefined {
  if (code <= 128) return undefined;
  return Object.entries(constants.signals).find(
    ([, number]) => number === code - 128,
  )?.[0];
}
