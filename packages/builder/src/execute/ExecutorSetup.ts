import type { LayerStore } from '../layers/LayerStore';
import type { StepNetworks } from './StepNetwork';

/** What an executor works with. @public */
export interface ExecutorSetup {
  readonly store: Pick<LayerStore, 'unpack' | 'tree'>;
  /** Folder for what steps write; on a filesystem that can be the upper half of an overlay. */
  readonly scratch: string;
  readonly networks: StepNetworks;
  /** Told what could not be found out or done, in sentences. */
  readonly warn?: (message: string) => void;
}
