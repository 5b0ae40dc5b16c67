import fc from 'fast-check';
import { OciError } from '../errors/OciError';
import { untilAborted } from './untilAborted';
import { defaultRetryPolicy, retryDelay, withRetry } from './withRetry';

const quick = { ...defaultRetryPolicy, baseMs: 1 };
const flaky = (retryAfterMs?: number) =>
  new OciError('network', 'x', { retryable: true, retryAfterMs });

describe('retryDelay', () => {
  it('is random between nothing and a doubling ceiling', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (failures, random) => {
          const delay = retryDelay(
            defaultRetryPolicy,
            flaky(),
            failures,
            () => random,
          );
          expect(delay).toBe(Math.round(random * 200 * 2 ** (failures - 1)));
        },
      ),
    );
  });

  it('is capped', () => {
    const policy = { ...defaultRetryPolicy, attempts: 100, maxDelayMs: 50 };
    expect(retryDelay(policy, flaky(), 30, () => 1)).toBe(50);
  });

  it('obeys Retry-After, unless that is too long', () => {
    expect(retryDelay(defaultRetryPolicy, flaky(7000), 1)).toBe(7000);
    expect(retryDelay(defaultRetryPolicy, flaky(0), 1)).toBe(0);
    expect(retryDelay(defaultRetryPolicy, flaky(60_001), 1)).toBeUndefined();
  });

  it('ends: attempts used up, not retryable, not ours', () => {
    const final = new OciError('forbidden', 'x');
    expect(retryDelay(defaultRetryPolicy, flaky(), 5)).toBeUndefined();
    expect(retryDelay(defaultRetryPolicy, final, 1)).toBeUndefined();
    expect(retryDelay(defaultRetryPolicy, new Error('x'), 1)).toBeUndefined();
  });
});

describe('withRetry', () => {
  it('tries as often as the policy says and throws the last error', async () => {
    let attempts = 0;
    const errors = Array.from({ length: 5 }, () => flaky());
    await expect(
      withRetry(quick, undefined, async () => {
        throw errors[attempts++];
      }),
    ).rejects.toBe(errors[4]);
    expect(attempts).toBe(5);
  });

  it('gives the first success', async () => {
    let attempts = 0;
    const work = async () => {
      attempts += 1;
      if (attempts < 3) throw flaky();
      return 'done';
    };
    expect(await withRetry(quick, undefined, work)).toBe('done');
  });

  it('stops waiting when aborted', async () => {
    const controller = new AbortController();
    const work = withRetry(defaultRetryPolicy, controller.signal, async () => {
      setImmediate(() => controller.abort());
      throw flaky(50_000);
    });
    await expect(work).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('untilAborted', () => {
  it('lets one caller go while the work goes on for the others', async () => {
    const controller = new AbortController();
    let finish = (_: string) => {};
    const work = new Promise<string>(resolve => {
      finish = resolve;
    });
    const leaving = untilAborted(work, controller.signal);
    const staying = untilAborted(work, new AbortController().signal);
    controller.abort();
    await expect(leaving).rejects.toMatchObject({ code: 'aborted' });
    finish('done');
    expect(await staying).toBe('done');
    await expect(untilAborted(work, controller.signal)).rejects.toMatchObject({
      code: 'aborted',
    });
  });
});
