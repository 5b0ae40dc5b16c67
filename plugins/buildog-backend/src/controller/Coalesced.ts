/**
 * Runs a job one at a time. Who asks while it runs shares the next run with
 * everybody else who does, so that many askers cost two runs.
 */
export class Coalesced<T> {
  private running?: Promise<T>;
  private next?: Promise<T>;

  constructor(private readonly job: () => Promise<T>) {}

  /** The result of a run that began after this call. */
  async run(): Promise<T> {
    if (!this.running) return this.begin();
    this.next ??= this.running.then(
      () => this.begin(),
      () => this.begin(),
    );
    return this.next;
  }

  private begin(): Promise<T> {
    this.next = undefined;
    const run = this.job().finally(() => {
      if (this.running === run) this.running = undefined;
    });
    this.running = run;
    return run;
  }
}
