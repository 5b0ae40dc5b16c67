import type { Platform } from '@buildog/oci';
import type { LayerChain } from '../layers/Layer';
import type { LayerChange } from '../layers/LayerChange';

/** How much a `RUN` step may use. @public */
export interface Limits {
  /** Bytes. */
  readonly memory?: number;
  /** Thousandths of a CPU. */
  readonly cpu?: number;
  readonly processes?: number;
  /** Bytes that the step may add to its filesystem. */
  readonly disk?: number;
  /** Seconds. */
  readonly timeout?: number;
}

/** What `RUN` reaches: nothing, our forward proxy, a user-mode network, or the host's. @public */
export type NetworkMode = 'none' | 'proxy' | 'full' | 'host';

/** A file or folder shown to a `RUN` step, complete with what it must not change. @public */
export type StepMount =
  | {
      readonly type: 'directory';
      /** Path on this machine. */
      readonly source: string;
      readonly target: string;
      readonly access: 'readOnly' | 'readWrite' | 'discardWrites';
    }
  | {
      readonly type: 'file';
      /** Never written below a directory that outlives the step. */
      readonly content: Uint8Array;
      readonly target: string;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
    }
  | { readonly type: 'tmpfs'; readonly target: string; readonly size?: number }
  | {
      readonly type: 'socket';
      readonly source: string;
      readonly target: string;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
    };

/** A program to be run in a filesystem. @public */
export interface Step {
  readonly root: LayerChain;
  readonly args: readonly string[];
  /** Complete. */
  readonly env: readonly string[];
  readonly cwd: string;
  readonly user: string;
  readonly mounts: readonly StepMount[];
  readonly network: NetworkMode;
  readonly limits: Limits;
  readonly platform: Platform;
  /** `insecure` is only ever given where an administrator allows it. */
  readonly security: 'sandbox' | 'insecure';
  readonly hostname: string;
  /** Lines for the step's `/etc/hosts`, besides its own. */
  readonly extraHosts?: readonly {
    readonly host: string;
    readonly address: string;
  }[];
}

/** What came out of a step that ended with 0. @public */
export interface StepResult {
  /** What the step changed. Valid until `dispose`. Mount points that the executor made are not part of it. */
  changes(): AsyncIterable<LayerChange>;
  /** Bytes of the highest memory use, where it is known. */
  readonly peakMemory?: number;
  /** Addresses that were asked for through the proxy. */
  readonly fetched: readonly FetchedAddress[];
  /** Removes everything of the step. Idempotent. */
  dispose(): Promise<void>;
}

/** One request that a step made through the proxy. @public */
export interface FetchedAddress {
  /** `host:port` for CONNECT, the address without user info and query otherwise. */
  readonly address: string;
  readonly method: string;
  readonly allowed: boolean;
  /** Bytes that came back. */
  readonly bytes: number;
}

/** Bytes a program printed, as they come. @public */
export interface StepOutput {
  /**
   * Called by the executor for each piece, in order per stream. While a returned
   * promise is not fulfilled the program has to wait; a rejection or an
   * exception fails the step.
   */
  write(stream: 'stdout' | 'stderr', bytes: Uint8Array): void | Promise<void>;
}

/**
 * Runs steps. Called by the solver, concurrently for independent steps, once
 * for each step that the cache does not have. After a failure, an abort or the
 * death of this process nothing of the step is left running or mounted.
 *
 * Fails with `execution` (exit code, signal), `resource` (a limit; the message
 * names which), `cancelled`, `unsupported`, `filesystem`.
 *
 * @public
 */
export interface Executor {
  readonly name: 'rootless' | 'local' | 'chroot' | 'container';
  run(step: Step, output: StepOutput, signal: AbortSignal): Promise<StepResult>;
  /** Ends what the executor holds (network namespaces, proxies). Idempotent. */
  close(): Promise<void>;
}

/** Something this machine can or can not do. @public */
export interface Finding {
  readonly code: string;
  readonly ok: boolean;
  /** A sentence; when `ok` is false, with what to install or to change. */
  readonly message: string;
}
