import { setTimeout as sleep } from 'node:timers/promises';
import type { LogTarget } from '@buildog/plugin-buildog-node';
import {
  seededRandom,
  type FakeKubelet,
} from '@buildog/plugin-buildog-node/testing';
import type { LogIngest } from '../LogIngest';

/**
 * What the pod's sidecar does, over a network that loses requests and
 * answers: it keeps what it read, and sends by offset until all is taken.
 * There is one per attempt; a controller that dies leaves it running.
 */
export class PushingSidecar {
  /** Where it sends to: a Service in front of all replicas. */
  ingests: LogIngest[] = [];
  private readonly stop = new AbortController();
  private readonly random = seededRandom(7);

  constructor(
    private readonly kubelet: FakeKubelet,
    private readonly target: LogTarget,
    private readonly token: string,
  ) {}

  run(): void {
    for (const container of this.target.containers) {
      void this.push(container).catch(() => {});
    }
  }

  kill(): void {
    this.stop.abort();
  }

  private async push(container: string): Promise<void> {
    let spool: Buffer = Buffer.alloc(0);
    let read = false;
    const reading = this.readAll(container, bytes => {
      spool = Buffer.concat([spool, bytes]);
    }).then(() => {
      read = true;
    });
    reading.catch(() => {});
    let offset = 0;
    for (;;) {
      this.stop.signal.throwIfAborted();
      const final = read;
      const bytes = spool.subarray(
        offset,
        offset + 50 + this.random(spool.length - offset > 5_000 ? 50_000 : 200),
      );
      if (bytes.length === 0 && !final) {
        await sleep(1);
        continue;
      }
      const last = final && offset + bytes.length === spool.length;
      const next = await this.send(container, offset, bytes, last);
      if (next === 'Full' || (last && next === spool.length)) return;
      if (next !== undefined) offset = next;
    }
  }

  private async readAll(
    container: string,
    take: (bytes: Uint8Array) => void,
  ): Promise<void> {
    for await (const piece of this.kubelet.follow(container, {
      signal: this.stop.signal,
      reliable: true,
    })) {
      take(piece);
    }
  }

  private async send(
    container: string,
    offset: number,
    bytes: Uint8Array,
    final: boolean,
  ): Promise<number | 'Full' | undefined> {
    const ingest = this.ingests[this.random(this.ingests.length || 1)];
    const fate = this.random(10);
    if (!ingest || fate === 0) {
      await sleep(1);
      return undefined; // The request was lost.
    }
    const { attemptId } = this.target.attempt;
    const { token } = this;
    const reply = await ingest.append({
      attemptId,
      container,
      token,
      offset,
      bytes,
      final,
    });
    if (fate === 1) return undefined; // The answer was.
    if (reply.status === 503) await sleep(2);
    if (reply.status === 413) return 'Full';
    return reply.body && 'next' in reply.body ? reply.body.next : undefined;
  }
}
