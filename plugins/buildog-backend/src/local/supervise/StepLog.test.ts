import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { logTexts } from '@buildog/plugin-buildog-node/testing';
import { StepLog } from './StepLog';

describe('StepLog', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'buildog-log-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const written = async (chunks: Buffer[], limit = 1e6): Promise<string> => {
    const path = join(folder, 'log');
    await rm(path, { force: true });
    const log = new StepLog(path, limit);
    const source = log.source();
    for (const chunk of chunks) source.write(chunk);
    source.end();
    await log.close();
    return readFile(path, 'utf8');
  };

  it('gives the same lines however they come', async () => {
    const text = fc.array(fc.stringMatching(/^[a-z \u00e9\u{1f600}]{0,9}$/u), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.integer({ min: 1, max: 7 }),
        async (lines, n) => {
          const bytes = Buffer.from(lines.map(line => `${line}\n`).join(''));
          const chunks = [];
          for (let i = 0; i < bytes.length; i += n) {
            chunks.push(bytes.subarray(i, i + n));
          }
          expect(logTexts(await written(chunks))).toEqual(lines);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('ends a last line that has no end', async () => {
    expect(logTexts(await written([Buffer.from('a\nb')]))).toEqual(['a', 'b']);
    expect(await written([])).toBe('');
  });

  it('never goes back in time', async () => {
    const log = await written([Buffer.from('x\n'.repeat(500))]);
    const times = log
      .split('\n')
      .slice(0, -1)
      .map(line => line.split(' ')[0]);
    expect(new Set(times).size).toBe(500);
    expect([...times].sort()).toEqual(times);
  });

  it('keeps lines of several outputs whole', async () => {
    const path = join(folder, 'log');
    const log = new StepLog(path, 1e6);
    const [out, err] = [log.source(), log.source()];
    out.write(Buffer.from('out '));
    err.write(Buffer.from('err\n'));
    out.write(Buffer.from('put\n'));
    await log.close();
    expect(logTexts(await readFile(path, 'utf8'))).toEqual(['err', 'out put']);
  });

  it('cuts a line that does not end', async () => {
    const [first, second] = logTexts(
      await written([Buffer.alloc(300 * 1024, 'a'), Buffer.from('b\n')]),
    );
    expect([first.length, second]).toEqual([300 * 1024, 'b']);
  });

  it('stops at its limit and says so', async () => {
    const log = await written(
      Array.from({ length: 100 }, () => Buffer.from('0123456789\n')),
      105,
    );
    const texts = logTexts(log);
    expect(texts).toHaveLength(11);
    expect(texts[10]).toContain('longer than 105 bytes');
  });
});
