import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { observeAttempt, readAttempt } from './observeAttempt';
import { AttemptFolder } from './state/AttemptFolder';
import type { AttemptSpec } from './state/AttemptSpec';
import { identify, isAlive } from './state/processIdentity';

const attempt = {
  ...{ installationId: 'i', buildId: 'b', taskId: 't', attemptId: 'a' },
  name: 'buildog-a',
};

describe('an attempt without a process', () => {
  let folder: AttemptFolder;
  beforeEach(async () => {
    folder = new AttemptFolder(
      await mkdtemp(join(tmpdir(), 'buildog-observe-')),
    );
  });
  afterEach(() => rm(folder.path, { recursive: true }));

  const observe = async (age: number) => {
    const spec: AttemptSpec = {
      version: 1,
      attempt,
      uid: 'u',
      createdAt: new Date(Date.now() - age).toISOString(),
      deadlineSeconds: 60,
      nice: 0,
      steps: [],
    };
    await writeFile(folder.file('spec.json'), JSON.stringify(spec));
    return observeAttempt(await readAttempt(folder, attempt));
  };

  it('is about to begin, and later lost', async () => {
    expect(await observe(0)).toMatchObject({
      state: 'Present',
      pod: { phase: 'Pending' },
    });
    expect(await observe(60_000)).toMatchObject({
      pod: { phase: 'Failed', reason: 'NodeLost' },
    });
  });

  it('is lost when another process has its id', async () => {
    const self = await identify(process.pid);
    if (!self) throw new Error('this test runs on Linux');
    expect(await isAlive(self)).toBe(true);
    const other = { ...self, startTime: '1' };
    expect(await isAlive(other)).toBe(false);
    expect(await isAlive({ ...self, bootId: 'before' })).toBe(false);
    await folder.claim(other);
    expect(await folder.claim(self)).toBe(false);
    expect(await observe(0)).toMatchObject({ pod: { reason: 'NodeLost' } });
  });

  it('is absent where it is another installation’s', async () => {
    await observe(0);
    const other = { ...attempt, installationId: 'j' };
    expect(observeAttempt(await readAttempt(folder, other))).toEqual({
      state: 'Absent',
    });
  });
});
