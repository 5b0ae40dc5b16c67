import fc from 'fast-check';
import type { LogStreamEvent } from '../api/BuildogApi';
import { streamLog, type LogSource } from './streamLog';

const position = { buildId: 'b', attemptId: 'a', container: 'build' };

/** A controller that serves `log` in event streams which break after some bytes. */
function breakingSource(log: Uint8Array, breaks: number[]): LogSource {
  const remaining = [...breaks];
  return {
    async openStream(offset) {
      const length = remaining.shift();
      const end = length === undefined ? log.length : offset + length;
      const chunk = log.slice(offset, end);
      const events = [
        ': heartbeat\n\n',
        `event: chunk\nid: ${offset}\ndata: ${JSON.stringify({
          offset,
          bytes: Buffer.from(chunk).toString('base64'),
        })}\n\n`,
      ];
      if (offset + chunk.length === log.length) {
        events.push(
          `event: complete\ndata: {"size":${log.length},"truncated":false}\n\n`,
        );
      }
      return new Response(
        new ReadableStream({
          start(controller) {
            for (const event of events) {
              controller.enqueue(new TextEncoder().encode(event));
            }
            if (remaining.length % 2 === 0) controller.close();
            else controller.error(new TypeError('connection reset'));
          },
        }),
      );
    },
    async readRange(offset) {
      return { bytes: log.slice(offset), size: log.length, complete: true };
    },
  };
}

async function collect(events: AsyncIterable<LogStreamEvent>) {
  const bytes: number[] = [];
  let complete = 0;
  for await (const event of events) {
    if (event.type === 'chunk') bytes.push(...event.bytes);
    else complete++;
  }
  return { bytes: Uint8Array.from(bytes), complete };
}

describe('streamLog', () => {
  beforeEach(() => {
    jest.useFakeTimers({ advanceTimers: 500 });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('loses and repeats nothing, wherever the streams break', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.array(fc.integer({ min: 0, max: 80 }), { maxLength: 4 }),
        async (log, breaks) => {
          const read = collect(
            streamLog(breakingSource(log, breaks), position),
          );
          await jest.runAllTimersAsync();
          expect(await read).toEqual({ bytes: log, complete: 1 });
        },
      ),
      { numRuns: 30 },
    );
  });

  it('reads ranges where event streams are not let through', async () => {
    const log = new TextEncoder().encode('2026-01-01T00:00:00Z hello\n');
    const silent: LogSource = {
      ...breakingSource(log, []),
      openStream: async () => new Response(''),
    };
    const read = collect(streamLog(silent, position));
    await jest.runAllTimersAsync();
    expect(await read).toEqual({ bytes: log, complete: 1 });
  });

  it('gives up on a refusal and says so', async () => {
    const refused: LogSource = {
      openStream: async () => {
        throw Object.assign(new Error('no'), { status: 403 });
      },
      readRange: async () => {
        throw new Error('unused');
      },
    };
    await expect(collect(streamLog(refused, position))).rejects.toThrow('no');
  });

  it('ends quietly when its reader goes away', async () => {
    const controller = new AbortController();
    controller.abort();
    const read = collect(
      streamLog(breakingSource(new Uint8Array([1]), []), position, {
        signal: controller.signal,
      }),
    );
    expect((await read).complete).toBe(0);
  });
});
