import type { ShowFlags } from '../runBuild';
import { JsonProgress } from './JsonProgress';
import { PlainProgress } from './PlainProgress';
import type { Progress, Screen } from './Progress';
import { TerminalProgress } from './TerminalProgress';

/** The progress that fits: on a terminal what runs now, else lines; JSON on standard output. */
export function createProgress(
  { progress = 'auto', quiet }: ShowFlags,
  screen: Screen & { readonly isTTY?: boolean },
  standardOutput: Screen,
): Progress {
  if (progress === 'json') return new JsonProgress(standardOutput);
  if (quiet) return { listen: () => undefined, end: () => undefined };
  const onTerminal = screen.isTTY === true && process.env.TERM !== 'dumb';
  return progress === 'tty' || (progress === 'auto' && onTerminal)
    ? new TerminalProgress(screen)
    : new PlainProgress(screen);
}
