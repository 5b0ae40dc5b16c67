import type { Claim, ControllerStore } from '../store/ControllerStore';

/**
 * A claim that is kept while a pass works, and that hears of a wish to
 * cancel: at the latest with the next renewal, at once when poked.
 */
export class Lease {
  /** The claim is lost, or the replica stops: the pass ends. */
  readonly lost = new AbortController();
  private interruption = new AbortController();
  private cancelKnown = false;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly store: ControllerStore,
    readonly claim: Claim,
    private readonly leaseMs: number,
    stopped: AbortSignal,
  ) {
    this.timer = setInterval(() => this.renew(), leaseMs / 3);
    this.timer.unref();
    if (stopped.aborted) this.lost.abort();
    stopped.addEventListener('abort', this.stop);
    this.release = () => {
      clearInterval(this.timer);
      stopped.removeEventListener('abort', this.stop);
    };
  }

  /** Ends the renewals. */
  readonly release: () => void;

  /** Aborts what may be interrupted: lost, stopped, or a cancel that is news. */
  get signal(): AbortSignal {
    return AbortSignal.any([this.lost.signal, this.interruption.signal]);
  }

  /** Looks for a wish to cancel now. */
  poke(): void {
    this.renew();
  }

  /** After a reload: what is known about a cancel is no interruption again. */
  resume(cancelRequested: boolean): void {
    this.cancelKnown = cancelRequested;
    if (this.interruption.signal.aborted) {
      this.interruption = new AbortController();
    }
  }

  private readonly stop = () => this.lost.abort();

  private renew(): void {
    this.store.renewLease(this.claim, this.leaseMs).then(
      state => {
        if (state === 'Lost') this.lost.abort();
        if (state === 'CancelRequested' && !this.cancelKnown) {
          this.cancelKnown = true;
          this.interruption.abort();
        }
      },
      () => {
        // The database is away: `version` keeps the pass from doing harm.
      },
    );
  }
}
