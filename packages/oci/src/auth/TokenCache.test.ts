import { TokenCache } from './TokenCache';

describe('TokenCache', () => {
  let now = 0;
  let fetched = 0;
  const fetch = async () => {
    fetched += 1;
    return { value: `t${fetched}`, lifetimeS: 60 };
  };
  beforeEach(() => {
    now = 0;
    fetched = 0;
  });

  it('fetches once for many, whatever the order of scopes', async () => {
    const cache = new TokenCache(() => now);
    const tokens = await Promise.all([
      cache.get(['a', 'b'], fetch),
      cache.get(['b', 'a'], fetch),
    ]);
    expect([...tokens, await cache.get(['a', 'b'], fetch)]).toEqual([
      't1',
      't1',
      't1',
    ]);
    expect(await cache.get(['a'], fetch)).toBe('t2');
  });

  it('fetches anew before the token ends', async () => {
    const cache = new TokenCache(() => now);
    await cache.get(['a'], fetch);
    now = 49_000;
    expect(await cache.get(['a'], fetch)).toBe('t1');
    now = 51_000;
    expect(await cache.get(['a'], fetch)).toBe('t2');
  });

  it('drops only the token that was refused', async () => {
    const cache = new TokenCache(() => now);
    await cache.get(['a'], fetch);
    cache.drop(['a'], 'an older one');
    expect(await cache.get(['a'], fetch)).toBe('t1');
    cache.drop(['a'], 't1');
    expect(await cache.get(['a'], fetch)).toBe('t2');
  });

  it('remembers no failure and stays small', async () => {
    const cache = new TokenCache(() => now);
    const fail = async () => {
      throw new Error('x');
    };
    await expect(cache.get(['a'], fail)).rejects.toThrow('x');
    expect(await cache.get(['a'], fetch)).toBe('t1');
    for (let i = 0; i < 1000; i++) await cache.get([`s${i}`], fetch);
    fetched = 5000;
    expect(await cache.get(['a'], fetch)).toBe('t5001');
  });
});
