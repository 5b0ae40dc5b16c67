import type { FetchedAddress, NetworkMode } from './Executor';

/** The network of one step, until it is released. */
export interface StepNetwork {
  readonly kind: 'joined' | 'host';
  /** Descriptor of the namespace, for `joined`. */
  readonly descriptor?: number;
  /** `NAME=value` that lead programs to the proxy. */
  readonly env: readonly string[];
  /** Content of `/etc/resolv.conf`. */
  readonly resolver: string;
  /** What was asked for so far. */
  fetched(): readonly FetchedAddress[];
  release(): Promise<void>;
}

/** Gives steps their networks. */
export interface StepNetworks {
  /** Makes ready what the first step will need. */
  warm(): void;
  /** Called once for each step, before it starts. */
  acquire(mode: NetworkMode): Promise<StepNetwork>;
  close(): Promise<void>;
}
