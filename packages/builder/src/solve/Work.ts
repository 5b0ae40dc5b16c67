import type { FetchedAddress } from '../execute/Executor';
import type { Operation, Vertex } from '../graph/Operation';
import type { Made } from './rememberLayer';
import type { Solved } from './Solved';
import type { Semaphore } from './Semaphore';
import type { Key, SolveTools } from './SolveTools';

/** One vertex to be worked on; its inputs are there. */
export interface Work<T extends Operation> {
  readonly operation: T;
  readonly vertex: Vertex;
  readonly inputs: readonly Solved[];
  readonly signal: AbortSignal;
  readonly tools: SolveTools;
  /** Limits what runs at once. */
  readonly slots: Semaphore;
  /** Layers of this solve that are being made: the same key is worked on once. */
  readonly underWay: Map<Key, Promise<Made>>;
  /** To be called when real work begins: without it the step counts as cached. */
  started(): void;
  output(stream: 'stdout' | 'stderr', bytes: Uint8Array): void;
  /** What a step asked for through the proxy, now or when its result was made. */
  fetched(addresses: readonly FetchedAddress[]): void;
  warn(message: string): void;
}

/** Does what one kind of operation asks for. */
export type Operate<T extends Operation> = (work: Work<T>) => Promise<Solved>;
