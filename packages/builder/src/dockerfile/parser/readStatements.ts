import { BuilderError } from '../../errors/BuilderError';
import type { Directives, DockerfileWarning } from '../Dockerfile';
import type { Heredoc } from '../Instruction';
import { summarize } from '../text/redact';
import { trimSpace, trimStart } from '../text/whitespace';
import { DirectiveReader } from './DirectiveReader';
import { findHeredocMarks, type HeredocMark } from './heredocs';
import { limits } from './limits';
import { parseArray } from './parseArray';
import { splitStatement, type SplitStatement } from './splitStatement';
import { at, statementError, type StatementPlace } from './statementError';

/** One instruction as text: lines joined, heredocs cut off, not yet understood. */
export interface Statement extends SplitStatement, StatementPlace {
  /** Without white space around it. */
  readonly source: string;
  /** With it: triggers keep what stands at their end. */
  readonly line: string;
  readonly heredocs: readonly Heredoc[];
}

/** A Dockerfile as a list of statements. */
export interface Statements {
  readonly directives: Directives;
  readonly statements: readonly Statement[];
  readonly warnings: readonly DockerfileWarning[];
}

const takesHeredocs = new Set(['add', 'copy', 'run']);

/** Reads lines into statements. One run of {@link readStatements}. */
class StatementReader {
  readonly #file: string;
  readonly #lines: readonly string[];
  readonly #directives = new DirectiveReader();
  readonly #statements: Statement[] = [];
  readonly #warnings: DockerfileWarning[] = [];
  /** How many lines were taken. */
  #taken = 0;

  constructor(text: string, file: string) {
    this.#file = file;
    this.#lines = text === '' ? [] : text.split(/(?<=\n)/);
  }

  read(): Statements {
    while (this.#taken < this.#lines.length) {
      const line = trimStart(this.#take());
      const start = this.#taken;
      const isDirective = at({ position: this.#place(start) }, () =>
        this.#directives.read(line),
      );
      if (isDirective || line === '' || line.startsWith('#')) continue;
      this.#statement(line, start);
    }
    return {
      directives: this.#directives.directives,
      statements: this.#statements,
      warnings: this.#warnings,
    };
  }

  #statement(first: string, start: number): void {
    const line = this.#joined(first, start);
    const source = trimSpace(line);
    const { escape } = this.#directives;
    const split = splitStatement(source, escape);
    let position = this.#place(start);
    const marks = at({ position, source }, () =>
      mayHaveHeredocs(split, escape) ? findHeredocMarks(source) : [],
    );
    const heredocs = marks.map(mark => this.#heredoc(mark, start, source));
    position = this.#place(start);
    this.#statements.push({ ...split, source, line, position, heredocs });
    if (this.#statements.length > limits.instructions) {
      throw statementError(
        { position },
        `a Dockerfile may have ${limits.instructions} instructions at most`,
      );
    }
  }

  /** The line with all that continue it. */
  #joined(first: string, start: number): string {
    const parts: string[] = [];
    let { text, continued } = cutContinuation(first, this.#directives.escape);
    parts.push(text);
    let emptyLine: number | undefined;
    while (continued && this.#taken < this.#lines.length) {
      const line = this.#take();
      const content = trimStart(line);
      if (content.startsWith('#')) continue;
      if (content === '') {
        emptyLine ??= this.#taken;
        continue;
      }
      ({ text, continued } = cutContinuation(line, this.#directives.escape));
      parts.push(text);
    }
    if (emptyLine !== undefined) {
      this.#warnings.push({
        code: 'NoEmptyContinuation',
        message: `line ${emptyLine} is empty within an instruction that goes on; remove it`,
        position: this.#place(start),
      });
    }
    return parts.join('');
  }

  #heredoc(mark: HeredocMark, start: number, source: string): Heredoc {
    const content: string[] = [];
    while (this.#taken < this.#lines.length) {
      const full = this.#lines[this.#taken];
      const line = this.#take();
      const word = mark.stripTabs ? line.replace(/^\t+/, '') : line;
      if (word === mark.name) return { ...mark, content: content.join('') };
      content.push(full);
    }
    throw statementError(
      { position: this.#place(start), source },
      `the heredoc is not terminated: no line is ${JSON.stringify(
        summarize(mark.name),
      )}`,
    );
  }

  /** The next line without its end. */
  #take(): string {
    const line = this.#lines[this.#taken];
    this.#taken += 1;
    if (Buffer.byteLength(line) > limits.lineBytes) {
      throw statementError(
        { position: this.#place(this.#taken) },
        `the line is longer than ${limits.lineBytes} bytes`,
      );
    }
    let end = line.length;
    while (end > 0 && '\r\n'.includes(line[end - 1])) end -= 1;
    return line.slice(0, end);
  }

  #place(line: number) {
    return { file: this.#file, line, endLine: Math.max(line, this.#taken) };
  }
}

function cutContinuation(
  line: string,
  escape: string,
): { text: string; continued: boolean } {
  let end = line.length;
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end -= 1;
  const continued =
    line[end - 1] === escape && (end === 1 || line[end - 2] !== escape);
  return { text: continued ? line.slice(0, end - 1) : line, continued };
}

function mayHaveHeredocs(split: SplitStatement, escape: string): boolean {
  const name = split.name.toLowerCase();
  if (name === 'onbuild') {
    const nested = splitStatement(split.rest, escape);
    return (
      nested.name.toLowerCase() !== name && mayHaveHeredocs(nested, escape)
    );
  }
  return takesHeredocs.has(name) && parseArray(split.rest) === undefined;
}

/**
 * Cuts a Dockerfile into statements: parser directives, comments, continued
 * lines and heredocs are dealt with here (Dockerfile reference, "Format" and
 * "Here-documents").
 */
export function readStatements(text: string, file: string): Statements {
  if (Buffer.byteLength(text) > limits.fileBytes) {
    throw new BuilderError(
      'validation',
      `${file}: a Dockerfile may have ${limits.fileBytes} bytes at most`,
      { operation: 'parse', position: { file, line: 1, endLine: 1 } },
    );
  }
  return new StatementReader(text.replace(/^\uFEFF/, ''), file).read();
}
