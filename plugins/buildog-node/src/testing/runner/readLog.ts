import type { AttemptRef } from '../../runner/AttemptObservation';
import type { Runner } from '../../runner/Runner';

/** A container's whole log as text, followed to its end. @public */
export async function readLog(
  runner: Runner,
  attempt: AttemptRef,
  container: string,
  options: { since?: Date; signal?: AbortSignal } = {},
): Promise<string> {
  const chunks: Uint8Array[] = [];
  const signal = options.signal ?? AbortSignal.timeout(60_000);
  for await (const chunk of runner.followLog(attempt, container, {
    since: options.since,
    signal,
  })) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The texts of a log's lines; each line must begin with a time. @public */
export function logTexts(log: string): string[] {
  return log
    .split('\n')
    .slice(0, -1)
    .map(line => {
      const match =
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(?:Z|[+-]\d\d:\d\d) (.*)$/s.exec(
          line,
        );
      if (!match) throw new Error(`a line without a time: ${line}`);
      return match[1];
    });
}
