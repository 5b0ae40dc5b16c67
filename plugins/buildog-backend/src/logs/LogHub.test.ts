import { MemoryLogStore } from '@buildog/plugin-buildog-node/testing';
import { LogHub } from './LogHub';

const key = { buildId: 'b', attemptId: 'a', container: 'build' };
const bytes = (text: string) => Buffer.from(text);

function setUp(checkMs = 20) {
  const inner = new MemoryLogStore();
  const stat = jest.spyOn(inner, 'stat');
  const hub = new LogHub({ store: inner, checkMs });
  return { hub, inner, stat, other: inner.replica() };
}

async function readAll(
  hub: LogHub,
  offset = 0,
  signal = AbortSignal.timeout(5_000),
): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of hub.follow(key, offset, { signal })) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

describe('LogHub', () => {
  it('gives a late reader everything, from any offset', async () => {
    const { hub } = setUp();
    await hub.store.append(key, 0, bytes('one\ntwo\n'));
    await hub.store.complete(key);
    expect(await readAll(hub)).toBe('one\ntwo\n');
    expect(await readAll(hub, 4)).toBe('two\n');
    expect(await readAll(hub, 8)).toBe('');
    expect(await readAll(hub, 99)).toBe('');
  });

  it('shows appends of this process without waiting for a look', async () => {
    const { hub } = setUp(60_000);
    const reading = hub.follow(key, 0, { signal: AbortSignal.timeout(5_000) });
    const first = reading.next();
    await new Promise(resolve => setImmediate(resolve));
    const began = performance.now();
    await hub.store.append(key, 0, bytes('now\n'));
    expect(Buffer.from((await first).value ?? []).toString()).toBe('now\n');
    expect(performance.now() - began).toBeLessThan(500);
    const end = reading.next();
    await hub.store.complete(key);
    expect((await end).done).toBe(true);
  });

  it('finds the appends of another replica', async () => {
    const { hub, other } = setUp();
    const reading = readAll(hub);
    await other.append(key, 0, bytes('from '));
    await new Promise(resolve => setTimeout(resolve, 50));
    await other.append(key, 5, bytes('afar\n'));
    await other.complete(key);
    expect(await reading).toBe('from afar\n');
  });

  it('looks once per stream, however many read it, and not at all for nobody', async () => {
    const { hub, stat } = setUp(30);
    const stop = new AbortController();
    await hub.store.append(key, 0, bytes('x\n'));
    const readers = Array.from({ length: 50 }, () =>
      readAll(hub, 0, stop.signal),
    );
    await new Promise(resolve => setTimeout(resolve, 20));
    stat.mockClear();
    await new Promise(resolve => setTimeout(resolve, 310));
    // The first look wakes everybody once; after that there is one look each 30 ms.
    expect(stat.mock.calls.length).toBeLessThan(50 + 25);
    stop.abort();
    expect(await Promise.all(readers)).toEqual(Array(50).fill('x\n'));
    stat.mockClear();
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(stat).not.toHaveBeenCalled();
  });

  it('reads no faster than it is consumed, in small pieces', async () => {
    const { hub, inner } = setUp();
    const read = jest.spyOn(inner, 'read');
    await hub.store.append(key, 0, Buffer.alloc(1_000_000, 'x'));
    const reading = hub.follow(key, 0, { signal: AbortSignal.timeout(5_000) });
    const { value } = await reading.next();
    expect(value?.length).toBe(64 * 1024);
    expect(read).toHaveBeenCalledTimes(1);
    await reading.return(undefined);
  });

  it('ends when the log is purged, and when the store fails with its error', async () => {
    const { hub, inner } = setUp();
    await hub.store.append(key, 0, bytes('x\n'));
    const reading = readAll(hub);
    await hub.store.purge('b');
    expect(['', 'x\n']).toContain(await reading);
    jest.spyOn(inner, 'read').mockRejectedValue(new Error('disk'));
    await expect(readAll(hub)).rejects.toThrow('disk');
  });

  it('tells when a stream is complete, or that nobody waits any more', async () => {
    const { hub } = setUp(60_000);
    const done = hub.completed(key, { signal: AbortSignal.timeout(5_000) });
    await hub.store.complete(key);
    expect(await done).toBe(true);
    const other = { ...key, container: 'other' };
    const stop = new AbortController();
    const never = hub.completed(other, { signal: stop.signal });
    stop.abort();
    expect(await never).toBe(false);
  });
});
