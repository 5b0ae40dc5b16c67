/** `RUN --mount`, expanded and checked. What was not given is undefined. @public */
export interface RunMount {
  readonly type: 'bind' | 'cache' | 'tmpfs' | 'secret' | 'ssh';
  /** Stage, image or named context. */
  readonly from?: string;
  readonly source?: string;
  readonly target?: string;
  readonly readonly: boolean;
  readonly required: boolean;
  readonly id?: string;
  readonly sharing?: 'shared' | 'private' | 'locked';
  /** Bytes. */
  readonly size?: number;
  /** Name of the variable that holds a secret. */
  readonly env?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}
