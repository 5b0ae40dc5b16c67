/**
 * Work that several ask for is done once while it is under way; its failure is
 * everybody's, and the next one to ask starts it anew.
 */
export class Shared<T> {
  private readonly running = new Map<string, Promise<T>>();

  run(key: string, work: () => Promise<T>): Promise<T> {
    const running = this.running.get(key);
    if (running) return running;
    const started = work().finally(() => this.running.delete(key));
    this.running.set(key, started);
    return started;
  }
}
