/** What a step holds: given back in reverse order, once, whatever fails on the way. */
export class Held {
  private readonly releases: (() => Promise<void>)[] = [];
  private released?: Promise<void>;

  /** Notes how something is given back. */
  add(release: () => Promise<void>): void {
    this.releases.push(release);
    // It came when all was over: a sibling had failed meanwhile.
    if (this.released) this.released = this.released.then(() => this.drain());
  }

  /** Waits for something and notes that it is to be given back. */
  async keep<T extends { release(): Promise<void> }>(
    promise: Promise<T>,
  ): Promise<T> {
    const it = await promise;
    this.add(() => it.release());
    return it;
  }

  /** Idempotent. Rejects with the first error, after everything was tried. */
  release(): Promise<void> {
    this.released ??= this.drain();
    return this.released;
  }

  private async drain(): Promise<void> {
    const errors: unknown[] = [];
    for (const release of this.releases.splice(0).reverse()) {
      await release().catch(error => errors.push(error));
    }
    if (errors.length > 0) throw errors[0];
  }
}
