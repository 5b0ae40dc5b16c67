import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Spool } from './Spool';
import { temporaryFolder } from '../testing/temporaryFolder';

const { signal } = new AbortController();

function directory(): string {
  return join(temporaryFolder('buildog-spool'), 'spool');
}

describe('Spool', () => {
  it('gives back what was appended, by offset, and forgets what is delivered', async () => {
    const path = directory();
    const spool = await Spool.create(path, 65_536);
    const bytes = Buffer.from(
      Array.from({ length: 60_000 }, (_, i) => i % 251),
    );
    for (let at = 0; at < bytes.length; at += 7000) {
      await spool.append(bytes.subarray(at, at + 7000), signal);
    }
    const files = readdirSync(path).length;
    const parts: Buffer[] = [];
    for (let at = 0; at < bytes.length; ) {
      const part = await spool.read(at, 5000);
      parts.push(part);
      at += part.length;
    }
    expect(Buffer.concat(parts).equals(bytes)).toBe(true);
    await spool.acknowledge(40_000);
    expect(readdirSync(path).length).toBeLessThan(files);
    expect(await spool.read(40_000, 1)).toEqual(bytes.subarray(40_000, 40_001));
    await expect(spool.read(0, 1)).rejects.toThrow(RangeError);
    await spool.remove();
    expect(() => readdirSync(path)).toThrow('ENOENT');
  });

  it('makes the reader wait when it is full', async () => {
    const spool = await Spool.create(directory(), 10_000);
    await spool.append(Buffer.alloc(9000), signal);
    let appended = false;
    const waiting = spool.append(Buffer.alloc(5000), signal).then(() => {
      appended = true;
    });
    await spool.acknowledge(3000);
    expect(appended).toBe(false);
    await spool.acknowledge(4000);
    await waiting;
    expect(spool.end).toBe(14_000);
    const stop = new AbortController();
    const never = spool.append(Buffer.alloc(5000), stop.signal);
    stop.abort();
    await expect(never).rejects.toThrow('abort');
    await spool.remove();
  });

  it('takes a chunk larger than itself rather than none', async () => {
    const spool = await Spool.create(directory(), 100);
    await spool.append(Buffer.alloc(5000, 'x'), signal);
    expect(spool.end).toBe(5000);
    await spool.remove();
  });

  it('keeps nothing that an earlier process has delivered', async () => {
    const path = directory();
    const spool = await Spool.create(path, 10_000);
    await spool.acknowledge(6000);
    await spool.append(Buffer.alloc(5000, 'a'), signal);
    expect(readdirSync(path)).toEqual([]);
    await spool.append(Buffer.from(`${'b'.repeat(1000)}c`), signal);
    expect((await spool.read(6000, 10)).toString()).toBe('c');
    await spool.remove();
  });
});
