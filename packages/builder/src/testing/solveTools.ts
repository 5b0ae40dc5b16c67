import { join } from 'node:path';
import { CacheMounts } from '../cache/CacheMounts';
import { LayerRecords } from '../cache/LayerRecords';
import type { Executor, Step } from '../execute/Executor';
import type { FileTree } from '../layers/FileTree';
import type { LayerChange } from '../layers/LayerChange';
import { DiskLayerStore } from '../layers/store/DiskLayerStore';
import type { SolveEvent } from '../solve/SolveEvent';
import type { SolveTools } from '../solve/SolveTools';
import { Readable } from 'node:stream';

/** What a fake step does: gives the files it writes, by path. */
export type RunStep = (
  step: Step,
  signal: AbortSignal,
) => Promise<Readonly<Record<string, string>>>;

/** Tools over a real layer store, with an executor that only pretends to run. */
export async function solveTools(
  folder: string,
  options: {
    readonly run?: RunStep;
    readonly contexts?: Readonly<Record<string, FileTree>>;
    readonly settings?: Partial<SolveTools['settings']>;
    readonly secrets?: Readonly<Record<string, string>>;
  } = {},
): Promise<SolveTools & { events: SolveEvent[]; close(): Promise<void> }> {
  const layers = await DiskLayerStore.open(join(folder, 'layers'));
  const events: SolveEvent[] = [];
  const { run = async () => ({}), contexts = {}, secrets = {} } = options;
  const executor: Executor = {
    name: 'local',
    async run(step, output, signal) {
      const files = await run(step, signal);
      await output.write('stdout', Buffer.from(`${step.args.at(-1)}\n`));
      return {
        changes: () => changesOf(files),
        fetched: [],
        dispose: async () => undefined,
      };
    },
    close: async () => undefined,
  };
  return {
    layers,
    records: new LayerRecords(join(folder, 'records'), layers),
    cacheMounts: new CacheMounts(join(folder, 'mounts')),
    executor: async () => executor,
    imageChain: async () => [],
    context: async name => ({ tree: contexts[name] }),
    http: async () => {
      throw new Error('no http in this test');
    },
    git: async () => {
      throw new Error('no git in this test');
    },
    secret: async id => (id in secrets ? Buffer.from(secrets[id]) : undefined),
    sshAgent: () => undefined,
    freeSpace: async () => undefined,
    settings: {
      compression: { algorithm: 'gzip' },
      now: 1_700_000_000,
      noCache: false,
      network: 'proxy',
      allowHostNetwork: false,
      allowInsecure: false,
      limits: {},
      parallel: 4,
      hostname: 'buildog',
      ...options.settings,
    },
    listener: event => events.push(event),
    scratch: folder,
    events,
    close: () => layers.close(),
  };
}

async function* changesOf(
  files: Readonly<Record<string, string>>,
): AsyncGenerator<LayerChange> {
  for (const path of Object.keys(files).sort()) {
    const bytes = Buffer.from(files[path]);
    yield {
      kind: 'put',
      entry: {
        path,
        type: 'file',
        mode: 0o644,
        uid: 0,
        gid: 0,
        size: bytes.length,
        mtime: 1,
      },
      open: async () => Readable.from([bytes]),
    };
  }
}
