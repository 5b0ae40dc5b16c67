import { checkMachine } from './checkMachine';

describe('checkMachine', () => {
  const { platform } = process;
  afterEach(() => {
    Object.defineProperty(process, 'platform', { value: platform });
  });

  it('refuses what is not Linux, with a sentence', async () => {
    Object.defineProperty(process, 'platform', { value: 'darwin' });
    expect(await checkMachine(AbortSignal.timeout(5_000))).toEqual({
      ok: false,
      message:
        'buildog.runner.local needs Linux, and this is darwin. Use a cluster: buildog.runner.kubernetes.clusters.',
    });
  });

  it('ends when it shall', async () => {
    await expect(checkMachine(AbortSignal.abort())).rejects.toThrow('aborted');
  });
});
