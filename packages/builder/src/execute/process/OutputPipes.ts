import { execFile } from 'node:child_process';
import { closeSync, constants, fchownSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../findProgram';

/** A pipe that a step prints into. */
export interface OutputPipe {
  /** For the step to open. */
  readonly path: string;
  readonly readEnd: Socket;
  /** Lets the reader find the end once the step has closed the pipe, too. Idempotent. */
  finish(): void;
}

/** How many pipes one `mkfifo` makes. */
const batch = 8;

/**
 * Pipes for what a step prints. Node gives its children sockets, and a program
 * that opens `/dev/stdout` (as many Dockerfiles have it) can not open a socket;
 * so these are named pipes, made eight at a time and used again and again.
 */
export class OutputPipes {
  private readonly free: string[] = [];
  private made = 0;
  private making?: Promise<void>;

  constructor(private readonly folder: string) {}

  /** Makes pipes ahead of their use. */
  warm(): Promise<void> {
    this.making ??= this.make().finally(() => {
      this.making = undefined;
    });
    return this.making;
  }

  /** Opens a pipe that the given user may open again by name. */
  async open(uid: number, gid: number): Promise<OutputPipe> {
    while (this.free.length === 0) await this.warm();
    const file = this.free.pop() as string;
    // Reading first, without waiting: opening for writing would wait for a reader.
    const reading = openSync(file, constants.O_RDONLY + constants.O_NONBLOCK);
    const writeEnd = openSync(file, constants.O_WRONLY);
    fchownSync(writeEnd, uid, gid);
    const readEnd = new Socket({
      fd: reading,
      readable: true,
      writable: false,
    });
    readEnd.pause();
    readEnd.once('close', () => this.free.push(file));
    let open = true;
    const finish = () => {
      if (open) closeSync(writeEnd);
      open = false;
    };
    return { path: file, readEnd, finish };
  }

  private async make(): Promise<void> {
    const program = findProgram('mkfifo') ?? 'mkfifo';
    const files = Array.from({ length: batch }, () => {
      this.made += 1;
      return path.join(this.folder, `${this.made}`);
    });
    await promisify(execFile)(program, ['-m', '600', '--', ...files]);
    this.free.push(...files);
  }
}
