import type { Platform } from '@buildog/oci';
import type { DockerfileWarning } from '../dockerfile/Dockerfile';
import type { Vertex } from '../graph/Operation';
import type { HistoryEntry, ImageConfig } from '../model/ImageConfig';

/** An image configuration without what only the layers can tell. @public */
export type PlannedConfig = Omit<ImageConfig, 'rootfs' | 'history' | 'created'>;

/** One line of the image's history, and where its layer comes from. @public */
export interface PlannedHistoryEntry {
  /** `created` is set with `SOURCE_DATE_EPOCH` only; the exporter fills in the rest. */
  readonly entry: HistoryEntry;
  /** True for lines of the base image: its layers belong to them, in order. */
  readonly inherited: boolean;
  /**
   * What makes the layer. Absent for inherited lines and for lines without a
   * layer. Where the vertex turns out to change nothing there is no layer
   * either, and the exporter sets `empty_layer`.
   */
  readonly vertex?: Vertex;
}

/** One image to be built. @public */
export interface PlannedImage {
  readonly platform: Platform;
  /** Its filesystem. */
  readonly root: Vertex;
  readonly config: PlannedConfig;
  /** Oldest first. */
  readonly history: readonly PlannedHistoryEntry[];
  /** The image at the bottom of the target stage; absent for `scratch`. */
  readonly base?: {
    /** As the Dockerfile has it, completed: `docker.io/library/alpine:3`. */
    readonly name: string;
    /** Pinned. */
    readonly reference: string;
  };
}

/** What `toGraph` gives. @public */
export interface BuildPlan {
  /** One for each platform, in the order that was asked for. */
  readonly images: readonly PlannedImage[];
  /** In the order of the file; each one once, for how many platforms it may come up. */
  readonly warnings: readonly DockerfileWarning[];
  /** Seconds since 1970, where it is set: later times of files are to be cut to it. */
  readonly sourceDateEpoch?: number;
}
