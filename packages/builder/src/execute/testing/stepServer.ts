import { createInterface } from 'node:readline';
import { isBuilderError } from '../../errors/BuilderError';
import { AllowList } from '../../network/AllowList';
import { SandboxNetworks } from '../../network/SandboxNetworks';
import { enterSandbox } from '../enterSandbox';
import type { Step } from '../Executor';
import { examineMachine } from '../machine/examineMachine';
import { selectExecutor, type ExecutorPreference } from '../selectExecutor';
import { TestStore } from './TestStore';

/** What the test sends, one JSON text per line. */
export type StepRequest =
  | {
      readonly kind: 'run';
      readonly id: number;
      readonly step: Partial<Step>;
      /** Read slowly: milliseconds per piece. */
      readonly slow?: number;
    }
  | { readonly kind: 'abort'; readonly id: number };

/** What the test gets, one JSON text per line. */
export type StepAnswer =
  | { readonly kind: 'ready'; readonly name: string; readonly pid: number }
  | { readonly kind: 'output'; readonly id: number; readonly text: string }
  | {
      readonly kind: 'done';
      readonly id: number;
      readonly error?: {
        readonly kind: string;
        readonly message: string;
        readonly exitCode?: number;
        readonly signal?: string;
      };
      readonly changes?: readonly string[];
      readonly fetched?: readonly unknown[];
      readonly peakMemory?: number;
      readonly milliseconds: number;
    };

const defaults: Step = {
  root: [],
  args: [],
  env: ['PATH=/bin'],
  cwd: '/',
  user: '',
  mounts: [],
  network: 'none',
  limits: {},
  platform: {
    os: 'linux',
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
  },
  security: 'sandbox',
  hostname: 'buildog',
};

/** A builder that runs steps on a folder: what the tests start, kill and attack. */
async function main(): Promise<void> {
  const [base, scratch, preference, ...allowed] = process.argv.slice(2);
  if (preference !== 'chroot') enterSandbox();
  const store = new TestStore(base, `${scratch}-flat`);
  const executor = await selectExecutor(
    preference as ExecutorPreference,
    await examineMachine(scratch),
    {
      store,
      scratch,
      networks: new SandboxNetworks({
        rules: { allow: new AllowList(allowed) },
        upstream: () => undefined,
      }),
    },
  );
  const running = new Map<number, AbortController>();
  answer({ kind: 'ready', name: executor.name, pid: process.pid });

  const run = async (request: StepRequest & { kind: 'run' }) => {
    const { id, step, slow } = request;
    const abort = new AbortController();
    running.set(id, abort);
    const start = performance.now();
    const since = () => performance.now() - start;
    try {
      const result = await executor.run(
        revive({ ...defaults, ...step }),
        {
          write: (_stream, bytes) => {
            answer({
              kind: 'output',
              id,
              text: Buffer.from(bytes).toString('latin1'),
            });
            if (slow === undefined) return undefined;
            return new Promise(resolve => {
              setTimeout(resolve, slow);
            });
          },
        },
        abort.signal,
      );
      const milliseconds = since();
      const changes: string[] = [];
      for await (const change of result.changes()) {
        changes.push(
          change.kind === 'put' ? change.entry.path : `-${change.path}`,
        );
      }
      const { fetched, peakMemory } = result;
      await result.dispose();
      answer({ kind: 'done', id, changes, fetched, peakMemory, milliseconds });
    } catch (error) {
      const { exitCode, signal } = isBuilderError(error)
        ? error.details
        : { exitCode: undefined, signal: undefined };
      answer({
        kind: 'done',
        id,
        milliseconds: since(),
        error: {
          kind: isBuilderError(error) ? error.kind : 'unexpected',
          message: error instanceof Error ? error.message : String(error),
          ...(exitCode !== undefined && { exitCode }),
          ...(signal !== undefined && { signal }),
        },
      });
    } finally {
      running.delete(id);
    }
  };

  const pending: Promise<void>[] = [];
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as StepRequest;
    if (request.kind === 'abort') running.get(request.id)?.abort();
    else pending.push(run(request));
  }
  await Promise.all(pending);
  await executor.close();
}

/** Bytes are base64 on the way. */
function revive(step: Step): Step {
  return {
    ...step,
    mounts: step.mounts.map(mount =>
      mount.type === 'file'
        ? {
            ...mount,
            content: Buffer.from(String(mount.content), 'base64'),
          }
        : mount,
    ),
  };
}

function answer(message: StepAnswer): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

main().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
