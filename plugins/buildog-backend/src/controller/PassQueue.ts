/** What a queue does with a build. */
export type RunBuild = (buildId: string) => Promise<void>;

/**
 * The builds this replica works on: each at most once at a time, not more
 * than `concurrency` together. A build that is woken while it is worked on is
 * worked on again afterwards.
 */
export class PassQueue {
  private readonly running = new Set<string>();
  private readonly again = new Set<string>();
  private readonly waiting = new Set<string>();
  private closed = false;
  private whenIdle?: () => void;

  constructor(
    private readonly concurrency: number,
    private readonly run: RunBuild,
    /** A build that is worked on was woken. */
    private readonly poke: (buildId: string) => void,
  ) {}

  get passes(): number {
    return this.running.size;
  }

  get waitingBuilds(): number {
    return this.waiting.size;
  }

  /** How many more builds could be worked on now. */
  get free(): number {
    return Math.max(
      0,
      this.concurrency - this.running.size - this.waiting.size,
    );
  }

  /** Has a build worked on as soon as possible. */
  add(buildId: string): void {
    if (this.closed) return;
    if (this.running.has(buildId)) {
      this.again.add(buildId);
      this.poke(buildId);
      return;
    }
    this.waiting.add(buildId);
    this.next();
  }

  /** Takes no more, and resolves when what runs has ended. */
  async close(): Promise<void> {
    this.closed = true;
    this.waiting.clear();
    this.again.clear();
    if (this.running.size === 0) return;
    await new Promise<void>(resolve => {
      this.whenIdle = resolve;
    });
  }

  private next(): void {
    for (const buildId of this.waiting) {
      if (this.running.size >= this.concurrency) return;
      this.waiting.delete(buildId);
      this.running.add(buildId);
      // `run` never rejects; a bug there must not stop the queue.
      this.run(buildId).then(
        () => this.ended(buildId),
        () => this.ended(buildId),
      );
    }
  }

  private ended(buildId: string): void {
    this.running.delete(buildId);
    if (this.again.delete(buildId)) this.waiting.add(buildId);
    this.next();
    if (this.running.size === 0) this.whenIdle?.();
  }
}
