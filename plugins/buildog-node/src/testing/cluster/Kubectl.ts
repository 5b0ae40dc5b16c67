import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { ClusterUnderTest } from './clusterUnderTest';

/** Runs the cluster's own kubectl in one namespace. */
export class Kubectl {
  constructor(
    private readonly cluster: ClusterUnderTest,
    readonly namespace: string,
  ) {}

  /**
   * Standard output of one command.
   *
   * @throws Error with its standard error when it fails, and when the signal aborts.
   */
  run(
    args: string[],
    options: { input?: string; signal?: AbortSignal } = {},
  ): Promise<Buffer> {
    const { input, signal } = options;
    return new Promise((resolve, reject) => {
      const program = join(this.cluster.tools.binDir, 'kubectl');
      const child = spawn(
        program,
        [
          `--kubeconfig=${this.cluster.kubeconfig}`,
          `--namespace=${this.namespace}`,
          ...args,
        ],
        { signal },
      );
      const output: Buffer[] = [];
      let errors = '';
      child.stdout.on('data', chunk => output.push(chunk));
      child.stderr.on('data', chunk => (errors += chunk));
      child.on('error', reject);
      child.on('close', code =>
        code === 0
          ? resolve(Buffer.concat(output))
          : reject(
              new Error(`kubectl ${args[0]} ended with ${code}: ${errors}`),
            ),
      );
      child.stdin.on('error', () => undefined); // it may end before it has read all
      child.stdin.end(input);
    });
  }

  /** Creates or updates what the manifest says. */
  async apply(manifest: object): Promise<void> {
    await this.run(['apply', '-f', '-'], { input: JSON.stringify(manifest) });
  }

  /** Resolves with the first of these phases that the pod reaches. */
  async waitForPhase(pod: string, phases: string[]): Promise<string> {
    const rest = new AbortController();
    try {
      return await Promise.any(
        phases.map(async phase => {
          await this.run(
            [
              'wait',
              `pod/${pod}`,
              `--for=jsonpath={.status.phase}=${phase}`,
              '--timeout=180s',
            ],
            { signal: rest.signal },
          );
          return phase;
        }),
      );
    } finally {
      rest.abort();
    }
  }
}
