import type { SolveEvent, Transfer } from '../../solve/SolveEvent';
import { LineSplitter } from './LineSplitter';
import {
  formatBytes,
  formatTime,
  harmless,
  type Progress,
  type Screen,
} from './Progress';

const REDRAW_MS = 80;
const TAIL_LINES = 4;
const KEPT_LINES = 200;

const pad = (text: string) => text.padStart(8);
const dim = (text: string) => `\u001b[2m${text}\u001b[22m`;
const bold = (text: string) => `\u001b[1m${text}\u001b[22m`;
const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
const yellow = (text: string) => `\u001b[33m${text}\u001b[39m`;

interface Running {
  readonly step: number;
  readonly title: string;
  readonly since: number;
  readonly tail: string[];
  readonly splitter: LineSplitter;
}

interface Moving {
  readonly event: Transfer;
  readonly since: number;
}

/**
 * For a terminal: what is done stays as a line, what runs is redrawn below it,
 * with its last lines. Everything that changes is written at once, over what was
 * there, so nothing flickers. The whole output of a step that failed is shown.
 */
export class TerminalProgress implements Progress {
  private readonly running = new Map<number, Running>();
  private readonly moving = new Map<string, Moving>();
  private drawn = 0;
  private finished: string[] = [];
  private steps = 0;
  private done = 0;
  private cached = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly screen: Screen,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.timer = setInterval(() => this.draw(), REDRAW_MS).unref();
  }

  listen(event: SolveEvent): void {
    switch (event.type) {
      case 'planned':
        this.steps = event.steps;
        break;
      case 'started':
        this.running.set(event.step, {
          step: event.step,
          title: event.label.title,
          since: this.now(),
          tail: [],
          splitter: new LineSplitter(),
        });
        break;
      case 'output':
        this.output(event.step, event.bytes);
        break;
      case 'cached':
        this.done += 1;
        this.cached += 1;
        this.finished.push(dim(`  cached ${harmless(event.label.title)}`));
        break;
      case 'finished':
        this.done += 1;
        this.running.delete(event.step);
        this.finished.push(
          `${pad(formatTime(event.milliseconds))} ${harmless(
            event.label.title,
          )}`,
        );
        break;
      case 'failed':
        this.fail(event.step, event.label.title);
        break;
      case 'transfer':
        this.transfer(event);
        break;
      case 'warning':
        this.finished.push(`${yellow('warning')} ${harmless(event.message)}`);
        break;
      default:
    }
  }

  end(): void {
    clearInterval(this.timer);
    this.running.clear();
    this.moving.clear();
    this.draw();
  }

  private output(step: number, bytes: Uint8Array): void {
    const running = this.running.get(step);
    if (!running) return;
    running.tail.push(...running.splitter.push(bytes));
    running.tail.splice(0, Math.max(0, running.tail.length - KEPT_LINES));
  }

  private fail(step: number, title: string): void {
    const running = this.running.get(step);
    this.running.delete(step);
    this.finished.push(red(` failed ${harmless(title)}`));
    const lines = running ? [...running.tail, ...running.splitter.end()] : [];
    this.finished.push(...lines.map(line => `        ${harmless(line)}`));
  }

  private transfer(event: Transfer): void {
    const key = `${event.direction} ${event.digest}`;
    const since = this.moving.get(key)?.since ?? this.now();
    if (event.outcome === undefined) {
      this.moving.set(key, { event, since });
      return;
    }
    this.moving.delete(key);
    if (event.outcome !== 'transferred') return;
    const rate = formatRate(event.total, this.now() - since);
    this.finished.push(`${pad(event.direction)} ${describe(event)}${rate}`);
  }

  private draw(): void {
    const { columns = 80, rows = 24 } = this.screen;
    const live = this.live().slice(0, Math.max(1, rows - 2));
    if (this.finished.length === 0 && live.length === 0 && this.drawn === 0) {
      return;
    }
    const lines = [...this.finished, ...live].map(line =>
      cut(line, columns - 1),
    );
    this.finished = [];
    const up = this.drawn > 0 ? `\u001b[${this.drawn}F` : '';
    // Each line clears what is right of it, and the last all that is below.
    const text = lines.map(line => `${line}\u001b[K\n`).join('');
    this.screen.write(`\u001b[?25l${up}${text}\u001b[J\u001b[?25h`);
    this.drawn = live.length;
  }

  private live(): string[] {
    const lines: string[] = [];
    for (const { title, since, tail } of this.running.values()) {
      const time = formatTime(this.now() - since);
      lines.push(`${pad(time)} ${bold(harmless(title))}`);
      for (const line of tail.slice(-TAIL_LINES)) {
        lines.push(dim(`        ${harmless(line)}`));
      }
    }
    for (const { event, since } of this.moving.values()) {
      const rate = formatRate(event.done, this.now() - since);
      lines.push(
        `${pad(event.direction)} ${describe(event)} ${formatBytes(
          event.done,
        )}${rate}`,
      );
    }
    if (lines.length > 0) {
      lines.push(
        dim(
          `        ${this.done} of ${this.steps} steps, ${this.cached} cached`,
        ),
      );
    }
    return lines;
  }
}

function describe({ repository, digest, total }: Transfer): string {
  return `${repository} ${digest.slice(7, 19)} ${formatBytes(total)}`;
}

function formatRate(bytes: number, milliseconds: number): string {
  return milliseconds < 50
    ? ''
    : `, ${formatBytes((bytes / milliseconds) * 1000)}/s`;
}

/** At most so many columns; colours take none. */
function cut(line: string, columns: number): string {
  let width = 0;
  let shown = '';
  // eslint-disable-next-line no-control-regex -- control characters are the point
  for (const part of line.split(/(\u001b\[\d+m)/)) {
    if (part.startsWith('\u001b')) shown += part;
    else {
      const rest = [...part].slice(0, Math.max(0, columns - width));
      width += rest.length;
      shown += rest.join('');
    }
  }
  return shown;
}
