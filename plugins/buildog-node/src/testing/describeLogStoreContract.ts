import type { LogStreamKey } from '@buildog/plugin-buildog-common';
import type { LogStore } from '../logs/LogStore';

/**
 * What the suite has to know about a log store.
 * @public
 */
export interface LogStoreUnderTest {
  /**
   * A store with these caps. Stores of one suite keep their bytes at the same
   * place, as those of two replicas do; every test uses ids of its own.
   */
  open(caps?: {
    streamBytes: number;
    buildBytes: number;
  }): LogStore | Promise<LogStore>;
}

let builds = 0;

function newKey(container = 'build'): LogStreamKey {
  builds += 1;
  const id = `${Date.now().toString(36)}-${process.pid}-${builds}`;
  return { buildId: `b-${id}`, attemptId: `a-${id}`, container };
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const bytesOf = (content: string) => Buffer.from(content, 'latin1');

/** A line as the kubelet writes it. */
const line = (content: string) => `2026-01-01T00:00:00.000000001Z ${content}\n`;

/**
 * Checks a log store against the contract of `LogStore`. Call it at the top
 * level of a test file; it uses jest's globals.
 * @public
 */
export function describeLogStoreContract(
  name: string,
  create: () => LogStoreUnderTest,
): void {
  describe(`${name} keeps the contract of LogStore`, () => {
    const under = create();
    let store: LogStore;

    beforeAll(async () => {
      store = await under.open();
    });

    it('knows nothing of a stream never written', async () => {
      const key = newKey();
      expect(await store.stat(key)).toBeUndefined();
      expect(text(await store.read(key, 0, 100))).toBe('');
      expect(await store.list(key)).toEqual([]);
    });

    it('gives back what was appended, in any piece', async () => {
      const key = newKey();
      const content = 'a\u0000\u00ff\u00fe no UTF-8\nsecond\n';
      expect(await store.append(key, 0, bytesOf(content))).toEqual({
        size: content.length,
        truncated: false,
      });
      const more = line('third');
      await store.append(key, content.length, bytesOf(more));
      const whole = content + more;
      for (const [from, limit] of [
        [0, 1000],
        [0, 3],
        [content.length - 2, 5],
        [content.length, 1],
        [whole.length, 10],
        [whole.length + 50, 10],
      ]) {
        expect(text(await store.read(key, from, limit))).toBe(
          whole.slice(from, from + limit),
        );
      }
      expect(await store.stat(key)).toEqual({
        container: 'build',
        size: whole.length,
        complete: false,
        truncated: false,
        purged: false,
      });
    });

    it('keeps a megabyte of small appends', async () => {
      const key = newKey();
      let size = 0;
      const piece = bytesOf(line('x'.repeat(16_000)));
      for (let count = 0; count < 64; count++) {
        ({ size } = await store.append(key, size, piece));
      }
      await store.complete(key);
      const all = await store.read(key, 0, size + 1);
      expect(all.length).toBe(size);
      const again = Buffer.concat(Array(64).fill(piece));
      expect(Buffer.compare(all, again)).toBe(0);
      expect(text(await store.read(key, 500_000, 64))).toBe(
        text(again.subarray(500_000, 500_064)),
      );
    });

    it('refuses another offset and tells the size', async () => {
      const key = newKey();
      await store.append(key, 0, bytesOf('12345'));
      for (const offset of [0, 4, 6]) {
        await expect(
          store.append(key, offset, bytesOf('x')),
        ).rejects.toMatchObject({
          name: 'LogStoreError',
          code: 'OffsetConflict',
          retryable: true,
          size: 5,
        });
      }
      expect(text(await store.read(key, 0, 10))).toBe('12345');
      await expect(
        store.append(newKey(), 7, bytesOf('x')),
      ).rejects.toMatchObject({ code: 'OffsetConflict', size: 0 });
    });

    it('lets exactly one of several writers win each offset', async () => {
      const key = newKey();
      const stores = [store, await under.open(), await under.open()];
      const won: number[] = [];
      let offset = 0;
      for (let round = 0; round < 5; round++) {
        const at = offset;
        const results = await Promise.allSettled(
          stores.map((one, index) =>
            one.append(key, at, bytesOf(`writer ${index}\n`)),
          ),
        );
        const winners = results.flatMap((result, index) =>
          result.status === 'fulfilled' ? [index] : [],
        );
        expect(winners).toHaveLength(1);
        won.push(winners[0]);
        offset += 9;
      }
      const expected = won.map(index => `writer ${index}\n`).join('');
      for (const one of stores) {
        expect(text(await one.read(key, 0, 1000))).toBe(expected);
      }
    });

    it('shows one replica what another one stored', async () => {
      const key = newKey();
      const other = await under.open();
      await store.append(key, 0, bytesOf('one\n'));
      expect(text(await other.read(key, 0, 100))).toBe('one\n');
      await other.append(key, 4, bytesOf('two\n'));
      await store.append(key, 8, bytesOf('three\n'));
      expect(text(await other.read(key, 0, 100))).toBe('one\ntwo\nthree\n');
      await other.complete(key);
      expect(await store.stat(key)).toMatchObject({ size: 14, complete: true });
      expect(text(await store.read(key, 2, 100))).toBe('e\ntwo\nthree\n');
    });

    it('completes a stream, even an empty one, as often as it is told', async () => {
      const key = newKey();
      await store.complete(key);
      await store.complete(key);
      expect(await store.stat(key)).toMatchObject({ size: 0, complete: true });
    });

    it('takes nothing into a complete stream', async () => {
      const key = newKey();
      await store.append(key, 0, bytesOf('all\n'));
      await store.complete(key);
      expect(await store.append(key, 4, bytesOf('late\n'))).toEqual({
        size: 4,
        truncated: false,
      });
      expect(text(await store.read(key, 0, 100))).toBe('all\n');
    });

    it('cuts a stream at its cap, after a line, and says so in a last one', async () => {
      const small = await under.open({ streamBytes: 400, buildBytes: 10_000 });
      const key = newKey();
      const first = line('a'.repeat(100));
      const { size } = await small.append(key, 0, bytesOf(first));
      const cut = await small.append(
        key,
        size,
        bytesOf(line('b'.repeat(20)) + line('c'.repeat(300))),
      );
      expect(cut.truncated).toBe(true);
      expect(cut.size).toBeLessThanOrEqual(400);
      const stored = text(await small.read(key, 0, 1000));
      const lines = stored.split('\n');
      expect(lines).toHaveLength(4);
      expect(`${lines[0]}\n${lines[1]}\n`).toBe(first + line('b'.repeat(20)));
      expect(lines[2]).toMatch(
        /^\d{4}-\d\d-\d\dT[\d:.]+Z \[buildog\] .*\b400 bytes/,
      );
      // What comes now is accepted and dropped, whatever its offset.
      for (const offset of [cut.size, 5_000]) {
        expect(await small.append(key, offset, bytesOf('more\n'))).toEqual(cut);
      }
      expect(await small.stat(key)).toMatchObject({
        truncated: true,
        size: cut.size,
      });
      expect(text(await small.read(key, 0, 1000))).toBe(stored);
    });

    it('cuts a single line that is longer than the cap', async () => {
      const small = await under.open({ streamBytes: 300, buildBytes: 10_000 });
      const key = newKey();
      const { size, truncated } = await small.append(
        key,
        0,
        bytesOf(line('x'.repeat(10_000))),
      );
      expect(truncated).toBe(true);
      expect(size).toBeLessThanOrEqual(300);
      expect(text(await small.read(key, 0, 1000))).toMatch(
        /^2026.*x\n\d{4}-.*\[buildog\] .*\n$/s,
      );
    });

    it('caps all streams of a build together', async () => {
      const small = await under.open({ streamBytes: 10_000, buildBytes: 600 });
      const key = newKey('init');
      await small.append(key, 0, bytesOf(line('a'.repeat(300))));
      const other = { ...key, container: 'build' };
      const { truncated } = await small.append(
        other,
        0,
        bytesOf(line('b'.repeat(300))),
      );
      expect(truncated).toBe(true);
      expect(text(await small.read(other, 0, 1000))).toContain('600 bytes');
    });

    it('lists an attempt’s streams in the order they began', async () => {
      const key = newKey('init');
      for (const container of ['init', 'build', 'a-second', 'publish']) {
        await store.append({ ...key, container }, 0, bytesOf('x\n'));
        // Times may have milliseconds only.
        await new Promise(resolve => setTimeout(resolve, 3));
      }
      await store.append({ ...key, attemptId: 'other' }, 0, bytesOf('y\n'));
      const streams = await store.list(key);
      expect(streams.map(stream => stream.container)).toEqual([
        'init',
        'build',
        'a-second',
        'publish',
      ]);
      expect(streams[0]).toMatchObject({ size: 2, purged: false });
    });

    it('purges a build’s bytes, keeps its sizes, and touches no other build', async () => {
      const key = newKey();
      const other = newKey();
      await store.append(key, 0, bytesOf('12345\n'));
      await store.append({ ...key, container: 'init' }, 0, bytesOf('1\n'));
      await store.complete({ ...key, container: 'init' });
      await store.append(other, 0, bytesOf('stays\n'));
      await store.purge(key.buildId);
      await store.purge(key.buildId);
      expect(await store.stat(key)).toMatchObject({ size: 6, purged: true });
      expect((await store.list(key)).map(stream => stream.size)).toEqual(
        expect.arrayContaining([6, 2]),
      );
      expect(text(await store.read(key, 0, 100))).toBe('');
      expect(text(await store.read(other, 0, 100))).toBe('stays\n');
      const second = await under.open();
      expect(text(await second.read(key, 0, 100))).toBe('');
      await store.purge('never-seen');
    });

    it('lists builds that have bytes, oldest first, page by page', async () => {
      const keys = [newKey(), newKey(), newKey(), newKey()];
      for (const key of keys) {
        await store.append(key, 0, bytesOf('x\n'));
        await new Promise(resolve => setTimeout(resolve, 3));
      }
      await store.purge(keys[1].buildId);
      const mine = new Set(keys.map(key => key.buildId));
      const found: string[] = [];
      let after: string | undefined;
      for (;;) {
        const page = await store.listBuilds({ limit: 2, after });
        found.push(...page.filter(id => mine.has(id)));
        if (page.length === 0) break;
        after = page.at(-1);
      }
      expect(found).toEqual([
        keys[0].buildId,
        keys[2].buildId,
        keys[3].buildId,
      ]);
      // A sweep goes on after a build that it has purged meanwhile.
      await store.purge(keys[2].buildId);
      const rest = await store.listBuilds({
        limit: 1,
        after: keys[2].buildId,
      });
      expect(rest).toEqual([keys[3].buildId]);
    });

    it.each([
      ['buildId', '../../etc'],
      ['buildId', ''],
      ['buildId', 'a/b'],
      ['buildId', '.hidden'],
      ['attemptId', 'a\u0000b'],
      ['attemptId', 'x'.repeat(200)],
      ['attemptId', '-rf'],
      ['container', '..'],
      ['container', 'Upper'],
      ['container', 'a.b'],
      ['container', 'a/b'],
    ])('refuses %s %j as a key', async (field, value) => {
      const key = { ...newKey(), [field]: value };
      const invalid = { code: 'InvalidKey', retryable: false };
      await expect(store.append(key, 0, bytesOf('x'))).rejects.toMatchObject(
        invalid,
      );
      await expect(store.read(key, 0, 1)).rejects.toMatchObject(invalid);
      await expect(store.stat(key)).rejects.toMatchObject(invalid);
      await expect(store.complete(key)).rejects.toMatchObject(invalid);
    });
  });
}
