import type { BuildogClient } from './BuildogClient.ts';
import { pause } from './waitUntil.ts';

/** One answer of the health endpoint. */
export interface HealthAnswer {
  /** Milliseconds since the watch began. */
  atMs: number;
  status: number;
  message?: string;
}

/**
 * Asks the health endpoint four times a second until it is stopped. An answer
 * that does not come counts as status 0.
 */
export class HealthLog {
  readonly answers: HealthAnswer[] = [];
  readonly #since = Date.now();
  readonly #client: BuildogClient;
  readonly #ended: Promise<void>;
  #going = true;

  constructor(client: BuildogClient) {
    this.#client = client;
    this.#ended = this.#run();
  }

  /** Every answer so far was this status. */
  isAlways(status: number): boolean {
    return this.answers.every(answer => answer.status === status);
  }

  /** The first answer of that status, if there was one. */
  first(status: number): HealthAnswer | undefined {
    return this.answers.find(answer => answer.status === status);
  }

  async stop(): Promise<void> {
    this.#going = false;
    await this.#ended;
  }

  async #run(): Promise<void> {
    while (this.#going) {
      const atMs = Date.now() - this.#since;
      const answer = await this.#client
        .request('GET', 'health')
        .catch(() => ({ status: 0, body: undefined }));
      this.answers.push({
        atMs,
        status: answer.status,
        message: answer.body?.message,
      });
      await pause(250);
    }
  }
}
