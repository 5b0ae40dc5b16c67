import type { Platform } from '@buildog/oci';
import { isBuilderError } from '../../errors/BuilderError';
import type { Stage } from '../../dockerfile/Dockerfile';
import type {
  Instruction,
  RunInstruction,
  StageInstruction,
} from '../../dockerfile/Instruction';
import { mountSource } from '../../dockerfile/parser/parseMount';
import {
  at,
  statementError,
  SyntaxProblem,
} from '../../dockerfile/parser/statementError';
import { expandWord } from '../../dockerfile/shell/expandWord';
import { didYouMean, nearest } from '../../dockerfile/text/nearest';
import { quote } from '../../dockerfile/text/redact';
import { contextFor } from '../contextFor';
import { checkFrom, checkPlatformFlag } from '../lint/checkFrom';
import { parsePlatform } from '../platform';
import type { PlanScope } from '../PlanScope';
import type { LinkedInstruction, StageNode } from './StageNode';

/** All stages of a Dockerfile, and who takes files from whom. */
export class StageGraph {
  readonly nodes: StageNode[] = [];
  readonly #scope: PlanScope;
  readonly #byName = new Map<string, StageNode>();

  constructor(scope: PlanScope) {
    this.#scope = scope;
    for (const stage of scope.dockerfile.stages) {
      const node = at(stage.from, () => this.#stageNode(stage));
      this.nodes.push(node);
      if (stage.from.stage) this.#byName.set(stage.from.stage, node);
    }
    for (const node of this.nodes) {
      if (node.context) {
        // Its instructions do not count.
        this.#followAlias(node);
        continue;
      }
      node.instructions = (node.stage?.instructions ?? []).map(instruction =>
        this.link(instruction, node, false),
      );
    }
  }

  names(): string[] {
    return [...this.#byName.keys()];
  }

  /** @throws BuilderError `validation` when there is no such stage */
  target(name: string | undefined): StageNode {
    if (name === undefined) return this.nodes[this.nodes.length - 1];
    const found =
      this.#byName.get(name.toLowerCase()) ??
      (/^\d+$/.test(name) ? this.nodes[Number(name)] : undefined);
    if (found) return found;
    const [first] = this.nodes;
    throw statementError(
      { position: first.place.position },
      `there is no stage ${quote(name)} to build${didYouMean(
        nearest(name, this.names(), { ignoreCase: true }),
      )}`,
    );
  }

  /** Finds the nodes that an instruction takes files from. */
  link(
    instruction: StageInstruction,
    node: StageNode,
    isTrigger: boolean,
  ): LinkedInstruction {
    const place = isTrigger ? node.place : instruction;
    const linked = { instruction, isTrigger };
    if (instruction.kind === 'copy' && instruction.from !== undefined) {
      const { from } = instruction;
      return {
        ...linked,
        source: at(place, () => this.#copySource(from, place)),
      };
    }
    if (instruction.kind === 'run' && instruction.mounts.length) {
      return { ...linked, mounts: this.#mountSources(instruction, place) };
    }
    return linked;
  }

  #stageNode(stage: Stage): StageNode {
    const scope = this.#scope;
    const { from, index } = stage;
    const { escape } = scope.dockerfile.directives;
    const base = expandWord(from.base, scope.globals, { escape });
    checkFrom(scope, from, base);
    if (base.text === '') {
      throw new SyntaxProblem(
        `the base ${quote(
          from.base,
        )} is empty once its variables are put in${unset(base.unmatched)}`,
      );
    }
    const platform = this.#platform(stage);
    const node: StageNode = {
      stage,
      name: from.stage ?? `stage-${index}`,
      baseName: base.text,
      place: from,
      instructions: [],
      triggersTaken: false,
      ...(platform ? { platform } : {}),
    };
    const context =
      from.stage === undefined
        ? undefined
        : contextFor(scope.options, from.stage, platform ?? scope.target);
    if (context) return { ...node, context };
    node.parent =
      this.#byName.get(base.text) ?? this.#byName.get(base.text.toLowerCase());
    return node;
  }

  #platform({ from }: Stage): Platform | undefined {
    if (from.platform === undefined) return undefined;
    const scope = this.#scope;
    const { escape } = scope.dockerfile.directives;
    const word = expandWord(from.platform, scope.globals, { escape });
    if (word.text === '') {
      throw new SyntaxProblem(
        `--platform=${
          from.platform
        } is empty once its variables are put in${unset(word.unmatched)}`,
      );
    }
    checkPlatformFlag(scope, from, word);
    try {
      return parsePlatform(word.text, scope.build);
    } catch (error) {
      if (isBuilderError(error)) throw new SyntaxProblem(error.message);
      throw error;
    }
  }

  #copySource(from: string, place: Instruction): StageNode {
    if (expandWord(from, { get: () => undefined }).text !== from) {
      throw new SyntaxProblem(
        '--from takes no variables; name the image with FROM … AS and copy from that stage',
      );
    }
    const named = this.#byName.get(from.toLowerCase());
    if (!named && /^[+-]?\d+$/.test(from)) {
      const found = this.nodes[Number(from)];
      if (!found?.stage) {
        throw new SyntaxProblem(
          `there is no stage number ${from}; the last one is ${
            this.#scope.dockerfile.stages.length - 1
          }`,
        );
      }
      return found;
    }
    return named ?? this.#implicit(from, place);
  }

  #mountSources(
    instruction: RunInstruction,
    place: Instruction,
  ): (StageNode | undefined)[] {
    return instruction.mounts.map(text => {
      const from = at(place, () => mountSource(text));
      return from === undefined
        ? undefined
        : this.#byName.get(from.toLowerCase()) ?? this.#implicit(from, place);
    });
  }

  #implicit(name: string, place: Instruction): StageNode {
    const node: StageNode = {
      name,
      baseName: name,
      place,
      instructions: [],
      triggersTaken: true,
    };
    this.#followAlias(node);
    return node;
  }

  /** A context that is a stage: the node is on top of that. */
  #followAlias(node: StageNode): void {
    const { options, target } = this.#scope;
    const context = node.context ?? contextFor(options, node.name, target);
    if (context?.type === 'stage') node.parent = this.target(context.stage);
  }
}

function unset(names: ReadonlySet<string>): string {
  if (names.size === 0) return '';
  return `; ${[...names]
    .map(name => `$${name}`)
    .join(', ')} is not declared with ARG before the first FROM`;
}
