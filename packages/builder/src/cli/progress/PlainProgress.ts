import type { SolveEvent, Transfer } from '../../solve/SolveEvent';
import { LineSplitter } from './LineSplitter';
import {
  formatBytes,
  formatTime,
  harmless,
  type Progress,
  type Screen,
} from './Progress';

/** One line for each thing that happens, each with the number of its step. */
export class PlainProgress implements Progress {
  private readonly lines = new Map<string, LineSplitter>();
  private readonly started = new Map<string, number>();

  constructor(private readonly screen: Screen) {}

  listen(event: SolveEvent): void {
    switch (event.type) {
      case 'started':
        this.line(event.step, event.label.title);
        break;
      case 'cached':
        this.line(event.step, `CACHED ${event.label.title}`);
        break;
      case 'finished':
        this.flush(event.step);
        this.line(event.step, `DONE ${formatTime(event.milliseconds)}`);
        break;
      case 'failed':
        this.flush(event.step);
        this.line(event.step, `FAILED ${formatTime(event.milliseconds)}`);
        break;
      case 'output':
        this.output(event.step, event.stream, event.bytes);
        break;
      case 'fetched':
        for (const { address, allowed } of event.addresses) {
          if (!allowed) this.line(event.step, `REFUSED ${harmless(address)}`);
        }
        break;
      case 'transfer':
        this.transfer(event);
        break;
      case 'warning': {
        const { position, message } = event;
        const where = position ? `${position.file}:${position.line}: ` : '';
        this.screen.write(`WARNING ${where}${harmless(message)}\n`);
        break;
      }
      default:
    }
  }

  end(): void {
    this.lines.clear();
  }

  private output(step: number, stream: string, bytes: Uint8Array): void {
    const key = `${step} ${stream}`;
    let splitter = this.lines.get(key);
    if (!splitter) {
      splitter = new LineSplitter();
      this.lines.set(key, splitter);
    }
    for (const line of splitter.push(bytes)) this.line(step, line);
  }

  private flush(step: number): void {
    for (const stream of ['stdout', 'stderr']) {
      const key = `${step} ${stream}`;
      for (const line of this.lines.get(key)?.end() ?? []) {
        this.line(step, line);
      }
      this.lines.delete(key);
    }
  }

  /** Only ends: what comes between belongs on a terminal. */
  private transfer(event: Transfer): void {
    const { direction, digest, repository, total, outcome } = event;
    const key = `${direction} ${digest}`;
    if (outcome === undefined) {
      if (!this.started.has(key)) this.started.set(key, performance.now());
      return;
    }
    const since = this.started.get(key);
    this.started.delete(key);
    const short = digest.slice(0, 19);
    const seconds =
      since === undefined ? 0 : (performance.now() - since) / 1000;
    const rate =
      outcome === 'transferred' && seconds > 0.05
        ? `, ${formatBytes(total / seconds)}/s`
        : '';
    const how = outcome === 'transferred' ? '' : ` (${outcome})`;
    this.screen.write(
      `${direction} ${repository} ${short} ${formatBytes(
        total,
      )}${rate}${how}\n`,
    );
  }

  private line(step: number, text: string): void {
    this.screen.write(`#${step} ${harmless(text)}\n`);
  }
}
