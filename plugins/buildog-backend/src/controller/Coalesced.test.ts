import { Coalesced } from './Coalesced';

it('runs once for all who ask while it runs', async () => {
  const ends: (() => void)[] = [];
  let runs = 0;
  const coalesced = new Coalesced(async () => {
    runs += 1;
    const run = runs;
    await new Promise<void>(resolve => ends.push(resolve));
    return run;
  });
  const first = coalesced.run();
  const others = [coalesced.run(), coalesced.run(), coalesced.run()];
  ends[0]();
  expect(await first).toBe(1);
  await Promise.resolve();
  ends[1]();
  expect(await Promise.all(others)).toEqual([2, 2, 2]);
  expect(runs).toBe(2);
});

it('runs again after a failure', async () => {
  let runs = 0;
  const coalesced = new Coalesced(async () => {
    runs += 1;
    if (runs === 1) throw new Error('no');
    return runs;
  });
  const failing = coalesced.run();
  const next = coalesced.run();
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe(2);
  expect(await coalesced.run()).toBe(3);
});
