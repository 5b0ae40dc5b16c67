import type { SourcePosition } from '../errors/BuilderError';
import type { Healthcheck } from '../model/ImageConfig';

interface InstructionBase {
  /** Where it stands; a heredoc's last line is included. */
  readonly position: SourcePosition;
  /** Its name as written: `RUN`, `run`. */
  readonly name: string;
  /** Its text without comments, with continued lines joined; heredoc contents are not part of it. */
  readonly source: string;
}

/** `NAME=value`, nothing expanded. @public */
export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/** A document that stands below an instruction. @public */
export interface Heredoc {
  /** The word that ends it, without quotes. */
  readonly name: string;
  /** Everything between, line ends included; leading tabs are still there. */
  readonly content: string;
  /** False when the word was quoted. */
  readonly expand: boolean;
  /** `<<-`: leading tabs are to be removed. */
  readonly stripTabs: boolean;
}

/** What a `RUN`, `CMD`, `ENTRYPOINT` or `HEALTHCHECK CMD` runs. @public */
export type CommandLine =
  | { readonly form: 'exec'; readonly args: readonly string[] }
  | {
      readonly form: 'shell';
      /** Undefined when nothing stands behind the instruction. */
      readonly command?: string;
      readonly heredocs: readonly Heredoc[];
    };

/** `FROM`. @public */
export interface FromInstruction extends InstructionBase {
  readonly kind: 'from';
  readonly base: string;
  /** Lower case. */
  readonly stage?: string;
  /** `AS` and the name as written. */
  readonly naming?: { readonly keyword: string; readonly stage: string };
  /** As written; may hold variables. */
  readonly platform?: string;
}

/** `ARG`. @public */
export interface ArgInstruction extends InstructionBase {
  readonly kind: 'arg';
  readonly arguments: readonly {
    readonly name: string;
    readonly value?: string;
  }[];
}

/** `ENV` and `LABEL`. @public */
export interface PairsInstruction extends InstructionBase {
  readonly kind: 'env' | 'label';
  readonly pairs: readonly NamedValue[];
  /** `ENV name value`, without `=`. */
  readonly legacy: boolean;
}

/** What `ADD` and `COPY` share. @public */
export interface FilesInstruction extends InstructionBase {
  readonly sources: readonly string[];
  readonly heredocs: readonly Heredoc[];
  readonly destination: string;
  readonly chown?: string;
  readonly chmod?: string;
  readonly link: boolean;
  readonly exclude: readonly string[];
}

/** `COPY`. @public */
export interface CopyInstruction extends FilesInstruction {
  readonly kind: 'copy';
  readonly from?: string;
  readonly parents: boolean;
}

/** `ADD`. @public */
export interface AddInstruction extends FilesInstruction {
  readonly kind: 'add';
  readonly checksum?: string;
  /** Undefined when the flag is not given. */
  readonly keepGitDirectory?: boolean;
  /** Undefined when the flag is not given. */
  readonly unpack?: boolean;
}

/** `RUN`. @public */
export interface RunInstruction extends InstructionBase {
  readonly kind: 'run';
  readonly command: CommandLine;
  /** Nothing is expanded: see `parseMount`. */
  readonly mounts: readonly string[];
  readonly network: 'default' | 'none' | 'host';
  readonly security: 'sandbox' | 'insecure';
}

/** `CMD` and `ENTRYPOINT`. @public */
export interface CommandInstruction extends InstructionBase {
  readonly kind: 'cmd' | 'entrypoint';
  readonly command: CommandLine;
}

/** `HEALTHCHECK`. @public */
export interface HealthcheckInstruction extends InstructionBase {
  readonly kind: 'healthcheck';
  readonly healthcheck: Healthcheck & { readonly Test: readonly string[] };
}

/** `EXPOSE` and `VOLUME`. @public */
export interface ListInstruction extends InstructionBase {
  readonly kind: 'expose' | 'volume';
  readonly values: readonly string[];
}

/** Instructions that take the rest of the line. @public */
export interface TextInstruction extends InstructionBase {
  readonly kind: 'user' | 'workdir' | 'stopsignal' | 'maintainer';
  readonly text: string;
}

/** `SHELL`. @public */
export interface ShellInstruction extends InstructionBase {
  readonly kind: 'shell';
  readonly shell: readonly string[];
}

/** `ONBUILD`. @public */
export interface OnbuildInstruction extends InstructionBase {
  readonly kind: 'onbuild';
  /** What images carry in `OnBuild`: the trigger as text, heredocs included. */
  readonly trigger: string;
  /** The same, read. */
  readonly instruction: StageInstruction;
}

/** Everything that can stand below a `FROM`. @public */
export type StageInstruction =
  | ArgInstruction
  | PairsInstruction
  | CopyInstruction
  | AddInstruction
  | RunInstruction
  | CommandInstruction
  | HealthcheckInstruction
  | ListInstruction
  | TextInstruction
  | ShellInstruction
  | OnbuildInstruction;

/** Every instruction of a Dockerfile. @public */
export type Instruction = FromInstruction | StageInstruction;
