import { formatPlatform, type Platform } from '@buildog/oci';
import type { Instruction } from '../dockerfile/Instruction';
import { redactUserInfo } from '../dockerfile/text/redact';
import type { Operation, Vertex } from '../graph/Operation';
import type { HistoryEntry, RuntimeConfig } from '../model/ImageConfig';
import type { PlannedHistoryEntry } from './BuildPlan';
import { splitVariable, type Environment } from './Environment';
import type { PlanScope } from './PlanScope';

/** What is changed while instructions are applied. */
type RuntimeDraft = {
  -readonly [Key in keyof RuntimeConfig]: RuntimeConfig[Key];
};

/** An `ARG` of a stage: the value is missing when nobody gave one. */
export interface StageArgument {
  readonly name: string;
  readonly value?: string;
}

/** What a stage begins with. */
export interface StageStart {
  readonly vertex: Vertex;
  readonly platform: Platform;
  readonly imagePlatform: Platform;
  readonly config: RuntimeConfig;
  readonly author?: string;
  readonly history: readonly PlannedHistoryEntry[];
  readonly environment: Environment;
  readonly directory: string;
  readonly arguments: readonly StageArgument[];
  readonly base?: { readonly name: string; readonly reference: string };
  /** A `WORKDIR` with an absolute path came before. */
  readonly workdirSet: boolean;
}

/**
 * A stage while its instructions are applied one after the other: the
 * filesystem so far, and how programs are run in it.
 */
export class StageState {
  readonly scope: PlanScope;
  readonly platform: Platform;
  readonly imagePlatform: Platform;
  /** Everything but what the next four hold. */
  readonly config: RuntimeDraft;
  /** The image's `Env`, in order of first definition. */
  readonly variables: Map<string, string>;
  readonly labels: Map<string, string>;
  readonly volumes: Set<string>;
  readonly ports: Set<string>;
  /** What programs see while the stage is built: `ENV` and `ARG`. */
  readonly environment: Environment;
  readonly base: StageStart['base'];
  readonly arguments: StageArgument[];
  readonly history: PlannedHistoryEntry[];
  /** What came once already, for instructions of which only the last counts. */
  readonly seen = new Map<string, Instruction>();
  vertex: Vertex;
  author: string | undefined;
  directory: string;
  workdirSet: boolean;
  readonly #name: string | undefined;
  readonly #steps: number;
  #step = 0;

  /**
   * @param name - undefined when the Dockerfile has this stage only
   * @param steps - how many vertices the stage will have
   */
  constructor(
    scope: PlanScope,
    start: StageStart,
    name: string | undefined,
    steps: number,
  ) {
    this.scope = scope;
    this.platform = start.platform;
    this.imagePlatform = start.imagePlatform;
    const { Env, Labels, Volumes, ExposedPorts, ...config } = start.config;
    this.config = config;
    this.variables = new Map(Env?.map(splitVariable));
    this.labels = new Map(Object.entries(Labels ?? {}));
    this.volumes = new Set(Object.keys(Volumes ?? {}));
    this.ports = new Set(Object.keys(ExposedPorts ?? {}));
    this.environment = start.environment.copy();
    // Stages on top of stages copy all this again and again.
    const entries = this.labels.size + this.volumes.size + this.ports.size;
    scope.spend(this.environment.length + 100 * entries);
    this.base = start.base;
    this.arguments = [...start.arguments];
    this.history = [...start.history];
    this.vertex = start.vertex;
    this.author = start.author;
    this.directory = start.directory;
    this.workdirSet = start.workdirSet;
    this.#name = name;
    this.#steps = steps;
  }

  /** The image's configuration as it is now. */
  runtimeConfig(): RuntimeConfig {
    const { variables, labels, volumes, ports } = this;
    const config: RuntimeDraft = { ...this.config };
    if (variables.size) {
      config.Env = Array.from(variables, ([name, value]) => `${name}=${value}`);
    }
    if (labels.size) config.Labels = Object.fromEntries(labels);
    if (volumes.size) config.Volumes = asSet(volumes);
    if (ports.size) config.ExposedPorts = asSet(ports);
    return config;
  }

  /** What a stage on top of this one begins with. Triggers do not go further. */
  asStart(): StageStart {
    const { OnBuild: _triggers, ...config } = this.runtimeConfig();
    // What the image sets wins again over arguments of the same name.
    const environment = this.environment.copy();
    this.variables.forEach((value, name) => environment.set(name, value));
    return {
      vertex: this.vertex,
      platform: this.platform,
      imagePlatform: this.imagePlatform,
      config,
      author: this.author,
      history: this.history,
      environment,
      directory: this.directory,
      arguments: this.arguments,
      base: this.base,
      workdirSet: this.workdirSet,
    };
  }

  /** A vertex with what people see of it. */
  makeVertex(
    operation: Operation,
    inputs: readonly Vertex[],
    instruction: Instruction,
    details: { title?: string; createdBy?: string } = {},
  ): Vertex {
    const { position, source } = instruction;
    const text = details.title ?? redactUserInfo(source).replace(/\s+/g, ' ');
    return {
      operation,
      inputs,
      label: {
        title: `${this.#prefix()}${text}`,
        platform: this.platform,
        position,
        ...(this.#name === undefined ? {} : { stage: this.#name }),
        ...(details.createdBy === undefined
          ? {}
          : { createdBy: details.createdBy }),
      },
    };
  }

  /** Goes on to the next of the numbered steps. */
  nextStep(): void {
    this.#step += 1;
  }

  /** Notes a line of the history. Without a vertex it is one that makes no layer. */
  commit(createdBy: string, vertex?: Vertex): void {
    this.scope.spend(createdBy.length);
    const { epoch } = this.scope;
    const entry: HistoryEntry = {
      ...(epoch === undefined
        ? {}
        : { created: new Date(epoch * 1000).toISOString() }),
      created_by: createdBy,
      comment: 'buildkit.dockerfile.v0',
      ...(vertex ? {} : { empty_layer: true }),
    };
    this.history.push({
      entry,
      inherited: false,
      ...(vertex ? { vertex } : {}),
    });
  }

  #prefix(): string {
    const words = [
      ...(this.scope.several ? [formatPlatform(this.platform)] : []),
      ...(this.#name === undefined ? [] : [this.#name]),
      ...(this.#steps === 0 ? [] : [`${this.#step}/${this.#steps}`]),
    ];
    return words.length ? `[${words.join(' ')}] ` : '';
  }
}

function asSet(values: Iterable<string>): Record<string, {}> {
  return Object.fromEntries(Array.from(values, value => [value, {}]));
}
