import { SharedLock } from './SharedLock';

describe('SharedLock', () => {
  it('lets one be alone between those who share', async () => {
    const lock = new SharedLock();
    const seen: string[] = [];
    let free = () => {};
    const held = new Promise<void>(resolve => {
      free = resolve;
    });
    const work = (name: string, until?: Promise<void>) => async () => {
      seen.push(`${name} begins`);
      await until;
      seen.push(`${name} ends`);
      return name;
    };
    const all = Promise.all([
      lock.shared(work('a', held)),
      lock.shared(work('b')),
      lock.exclusive(work('alone')),
      lock.shared(work('c')),
    ]);
    free();
    expect(await all).toEqual(['a', 'b', 'alone', 'c']);
    const at = (line: string) => seen.indexOf(line);
    expect(at('alone begins')).toBeGreaterThan(at('a ends'));
    expect(at('alone begins')).toBeGreaterThan(at('b ends'));
    expect(at('c begins')).toBeGreaterThan(at('alone ends'));
  });

  it('goes on after failures', async () => {
    const lock = new SharedLock();
    const fail = async () => {
      throw new Error('no');
    };
    await expect(lock.exclusive(fail)).rejects.toThrow('no');
    await expect(lock.shared(fail)).rejects.toThrow('no');
    expect(await lock.exclusive(async () => 1)).toBe(1);
    expect(await lock.shared(async () => 2)).toBe(2);
  });
});
