import type { FetchedAddress } from '../execute/Executor';
import type { SolveListener } from '../solve/SolveEvent';
import type { BuildResult } from './BuildResult';

/** Counts what a build's result tells of its steps, on the way to whoever listens. */
export class Observation {
  private total = 0;
  private cached = 0;
  private readonly fetched = new Map<string, FetchedAddress>();

  constructor(private readonly next: SolveListener = () => undefined) {}

  /** To be given to everything that tells. */
  readonly listener: SolveListener = event => {
    if (event.type === 'planned') this.total = event.steps;
    if (event.type === 'cached') this.cached += 1;
    if (event.type === 'fetched') {
      for (const address of event.addresses) {
        const key = `${address.method} ${address.address} ${address.allowed}`;
        const before = this.fetched.get(key);
        const bytes = address.bytes + (before?.bytes ?? 0);
        this.fetched.set(key, { ...address, bytes });
      }
    }
    this.next(event);
  };

  /** The counts. */
  summary(): Pick<BuildResult, 'steps' | 'fetched'> {
    const { total, cached } = this;
    return { steps: { total, cached }, fetched: [...this.fetched.values()] };
  }
}
