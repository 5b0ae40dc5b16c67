import type { Platform } from '@buildog/oci';
import type { Stage } from '../../dockerfile/Dockerfile';
import type {
  FromInstruction,
  Instruction,
  StageInstruction,
} from '../../dockerfile/Instruction';
import type { Vertex } from '../../graph/Operation';
import type { NamedContext } from '../GraphOptions';
import type { ResolvedImage } from '../ImageResolver';

/** An instruction with the stages and images that it takes files from. */
export interface LinkedInstruction {
  readonly instruction: StageInstruction;
  /** It is a trigger of the base. */
  readonly isTrigger: boolean;
  /** For `COPY --from`. */
  readonly source?: StageNode;
  /** For `RUN --mount`: one for each mount, undefined where it takes from nothing or the context. */
  readonly mounts?: readonly (StageNode | undefined)[];
}

/** What a node starts from, once it is known. */
export type Origin =
  | { readonly kind: 'scratch' }
  | {
      readonly kind: 'image';
      /** Complete, not pinned. */
      readonly name: string;
      readonly image: ResolvedImage;
      readonly platform: Platform;
    }
  /** Files that are no image (a named context). */
  | { readonly kind: 'tree'; readonly vertex: Vertex };

/**
 * Something files can come from: a stage of the Dockerfile, or an image or
 * named context that an instruction names.
 */
export interface StageNode {
  /** Undefined for what is no stage of the Dockerfile. */
  readonly stage?: Stage;
  /** For people: the stage's name, `stage-N`, or the image. */
  readonly name: string;
  /** What it is based on, variables expanded: an image or `scratch`; unused with `parent` or `context`. */
  readonly baseName: string;
  /** The stage or context it is based on. */
  parent?: StageNode;
  /** `FROM --platform`. */
  readonly platform?: Platform;
  /** Takes the place of everything in the stage. */
  readonly context?: NamedContext & { readonly name: string };
  /** Where errors about the base point. */
  readonly place: FromInstruction | Instruction;
  instructions: LinkedInstruction[];
  origin?: Origin;
  /** The base's triggers are among the instructions. */
  triggersTaken: boolean;
}

/** Everything a node needs, and the instruction that says so. */
export function* dependencies(
  node: StageNode,
): Generator<[StageNode, Instruction]> {
  if (node.parent) yield [node.parent, node.place];
  for (const { instruction, source, mounts } of node.instructions) {
    if (source) yield [source, instruction];
    for (const mount of mounts ?? []) if (mount) yield [mount, instruction];
  }
}
