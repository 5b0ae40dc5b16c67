import type { BuildogClient } from '../../e2e/support/BuildogClient.ts';
import { waitUntil } from '../../e2e/support/waitUntil.ts';
import { now } from '../support/now.ts';
import { readSse } from '../support/readSse.ts';

/** How late lines were at the client, in ms. */
export interface LineTimes {
  /** After the `RUN` step read its clock and printed it. */
  printed: number;
  /** After the kubelet's own time of that line. */
  logged: number;
  /** After the kubelet's time of the container's very first line. */
  first: number;
}

/** Builds once with the log stream open from before the container begins. */
export async function measureLines(
  baseUrl: string,
  options: { client: BuildogClient; token: string; revision: string },
): Promise<LineTimes> {
  const { client, token, revision } = options;
  const { id } = await client.start('component:default/echo', { revision });
  const attemptId = await waitUntil('an attempt to begin', async () => {
    const build = await client.get(id);
    return build.tasks[0]?.attempts[0]?.id;
  });
  const url = `${baseUrl}/api/buildog/v1/builds/${id}/attempts/${attemptId}/logs/build/stream`;
  let text = '';
  let first: number | undefined;
  let found: LineTimes | undefined;
  for await (const { event, data, at } of readSse(url, token, now)) {
    if (event !== 'chunk') continue;
    text += Buffer.from(data.bytes ?? '', 'base64').toString('utf8');
    first ??= at - kubeletTime(text);
    const line = /^(\S+) .*printed at ([\d.]+)/m.exec(text);
    if (line && !found) {
      found = {
        printed: at - Number(line[2]),
        logged: at - kubeletTime(line[1]),
        first,
      };
    }
  }
  await client.untilFinished(id);
  if (!found) throw new Error(`build ${id} printed no time:\n${text}`);
  return found;
}

/** `2026-11-21T12:00:00.123456789Z …` in milliseconds since 1970. */
function kubeletTime(line: string): number {
  const [, whole, fraction] = /^([\dT:-]+)(\.\d+)?/.exec(line) ?? [];
  return Date.parse(`${whole}Z`) + Number(fraction ?? 0) * 1000;
}
