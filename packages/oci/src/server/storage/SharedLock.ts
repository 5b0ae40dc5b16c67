/**
 * Lets many work at once, or one alone, in this process. Who wants to be alone
 * waits for those before and holds up those after.
 */
export class SharedLock {
  private alone: Promise<unknown> = Promise.resolve();
  private readonly sharing = new Set<Promise<unknown>>();

  /** Runs beside others that share. */
  async shared<T>(work: () => Promise<T>): Promise<T> {
    const running = this.alone.then(work);
    const settled = running.catch(() => undefined);
    this.sharing.add(settled);
    try {
      return await running;
    } finally {
      this.sharing.delete(settled);
    }
  }

  /** Runs alone. */
  async exclusive<T>(work: () => Promise<T>): Promise<T> {
    const before = Promise.all([this.alone, ...this.sharing]);
    const running = before.then(work);
    this.alone = running.catch(() => undefined);
    return running;
  }
}
