import type { Digest, Platform } from '@buildog/oci';
import type { LayerRecords } from '../cache/LayerRecords';
import type { Executor, Limits, NetworkMode } from '../execute/Executor';
import type { GitOperation, HttpOperation } from '../graph/Operation';
import type { FileTree } from '../layers/FileTree';
import type { LayerChain } from '../layers/Layer';
import type { Compression, LayerStore } from '../layers/LayerStore';
import type { CacheMounts } from '../cache/CacheMounts';
import type { SolveListener } from './SolveEvent';

/** A tree and what stands for its content, see `Solved`. */
export interface IdentifiedTree {
  readonly tree: FileTree;
  readonly identity?: string;
}

/** What the operations of a graph work with. */
export interface SolveTools {
  readonly layers: LayerStore;
  readonly records: LayerRecords;
  readonly cacheMounts: CacheMounts;
  /** Called when the first step has to be run; the same executor each time. */
  executor(): Promise<Executor>;
  /** Layers of a pinned image, without pulling them. */
  imageChain(
    reference: string,
    platform: Platform,
    signal: AbortSignal,
  ): Promise<LayerChain>;
  /** Files of a build context. */
  context(name: string, signal: AbortSignal): Promise<IdentifiedTree>;
  http(operation: HttpOperation, signal: AbortSignal): Promise<IdentifiedTree>;
  git(operation: GitOperation, signal: AbortSignal): Promise<IdentifiedTree>;
  /** Value of a secret, or undefined when it was not given. */
  secret(id: string): Promise<Uint8Array | undefined>;
  /** Path of an ssh agent's socket, or undefined when none was given. */
  sshAgent(id: string): string | undefined;
  /** Makes room when the disk is full. */
  freeSpace(): Promise<void>;
  readonly settings: SolveSettings;
  readonly listener: SolveListener;
  /** A folder of this build for what outlives no build. */
  readonly scratch: string;
}

/** What a caller decides about all steps. */
export interface SolveSettings {
  readonly compression: Compression;
  /** Seconds since 1970: `SOURCE_DATE_EPOCH`. */
  readonly clampTime?: number;
  /** Seconds since 1970, for directories that nobody gave a time. */
  readonly now: number;
  /** Look nothing up; results are still remembered. */
  readonly noCache: boolean;
  readonly network: NetworkMode;
  /** Modes a Dockerfile may ask for with `RUN --network`. */
  readonly allowHostNetwork: boolean;
  readonly allowInsecure: boolean;
  readonly limits: Limits;
  /** Steps at once. */
  readonly parallel: number;
  readonly hostname: string;
}

/** A digest that says what a result depends on. */
export type Key = Digest;
