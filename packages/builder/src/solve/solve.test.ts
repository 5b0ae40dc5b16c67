import { join } from 'node:path';
import { BuilderError } from '../errors/BuilderError';
import type { Vertex } from '../graph/Operation';
import { MemoryTree } from '../sources/MemoryTree';
import { solveTools, type RunStep } from '../testing/solveTools';
import { temporaryFolder } from '../testing/temporaryFolder';
import { context, copy, exec, scratch, vertex } from '../testing/vertices';
import { orderVertices } from './orderVertices';
import { solve } from './solve';

const folder = temporaryFolder();
let counter = 0;
const never = () => new AbortController().signal;

async function run(
  roots: readonly Vertex[],
  step: RunStep,
  more: Parameters<typeof solveTools>[1] & { at?: string } = {},
) {
  counter += 1;
  const at = more.at ?? join(folder, String(counter));
  const tools = await solveTools(at, { run: step, ...more });
  try {
    return { tools, solved: await solve(roots, tools, never()) };
  } finally {
    await tools.close();
  }
}

/** Something to wait for. */
function gate() {
  let resolve = () => {};
  const promise = new Promise<void>(done => {
    resolve = done;
  });
  return { promise, resolve };
}

describe('solve', () => {
  it('runs each vertex once, and identical work once, whoever asks', async () => {
    const ran: string[] = [];
    const base = exec('base');
    const same = [exec('same', base), exec('same', base)];
    const { tools, solved } = await run(same, async ({ args }) => {
      ran.push(args[2]);
      return { [args[2]]: 'x' };
    });
    expect(ran.sort()).toEqual(['base', 'same']);
    const [first, second] = same.map(root => solved.get(root));
    expect(first).toEqual(second);
    expect(tools.events.filter(({ type }) => type === 'planned')).toHaveLength(
      4,
    );
  });

  it('runs nothing that no root needs', async () => {
    const ran: string[] = [];
    const base = exec('base');
    exec('unused', base);
    await run([exec('wanted', base)], async ({ args }) => {
      ran.push(args[2]);
      return {};
    });
    expect(ran).toEqual(['base', 'wanted']);
  });

  it('runs independent steps at the same time, at most so many', async () => {
    let now = 0;
    let most = 0;
    const both = gate();
    await run(
      ['a', 'b', 'c', 'd', 'e'].map(name => exec(name)),
      async () => {
        now += 1;
        most = Math.max(most, now);
        if (now === 2) both.resolve();
        await both.promise;
        now -= 1;
        return {};
      },
      { settings: { parallel: 2 } },
    );
    expect(most).toBe(2);
  });

  it('finds everything in the cache the second time', async () => {
    const at = join(folder, 'twice');
    let runs = 0;
    const step: RunStep = async () => {
      runs += 1;
      return { file: 'content' };
    };
    const root = () => exec('two', exec('one'));
    await run([root()], step, { at });
    const { tools } = await run([root()], step, { at });
    expect(runs).toBe(2);
    const types = tools.events.map(({ type }) => type);
    expect(types.filter(type => type === 'cached')).toHaveLength(3);
    expect(types).not.toContain('started');
  });

  it('goes on from the content of a step, not from its command', async () => {
    const at = join(folder, 'content');
    const ran: string[] = [];
    const step: RunStep = async ({ args }) => {
      ran.push(args[2]);
      return { file: 'the same' };
    };
    await run([exec('after', exec('one way'))], step, { at });
    await run([exec('after', exec('another way'))], step, { at });
    expect(ran).toEqual(['one way', 'after', 'another way']);
  });

  it('throws the first real error with its step, and stops the others', async () => {
    const stopped: string[] = [];
    const waiting = gate();
    const failing = vertex(exec('fails').operation, [scratch], 'RUN fails');
    const attempt = run(
      [exec('waits'), failing, exec('later', exec('waits too'))],
      async ({ args }, signal) => {
        if (args[2] === 'fails') {
          await waiting.promise;
          throw new BuilderError('execution', 'exit 7', { exitCode: 7 });
        }
        waiting.resolve();
        await new Promise<void>(resolve =>
          signal.addEventListener('abort', () => resolve()),
        );
        stopped.push(args[2]);
        throw signal.reason;
      },
    );
    await expect(attempt).rejects.toMatchObject({
      kind: 'execution',
      message: 'exit 7',
      details: {
        exitCode: 7,
        operation: 'exec',
        platform: 'linux/amd64',
        instruction: 'RUN fails',
      },
    });
    expect(stopped).toContain('waits');
    expect(stopped).not.toContain('later');
  });

  it('ends with "cancelled" when the caller aborts', async () => {
    const controller = new AbortController();
    const tools = await solveTools(join(folder, 'abort'), {
      run: async (_, signal) => {
        controller.abort(new Error('enough'));
        throw signal.reason;
      },
    });
    await expect(
      solve([exec('x')], tools, controller.signal),
    ).rejects.toMatchObject({ kind: 'cancelled' });
    await tools.close();
  });

  it('prunes once when the disk is full, then says how much is free', async () => {
    let pruned = 0;
    let runs = 0;
    const full = Object.assign(new Error('full'), { code: 'ENOSPC' });
    const at = join(folder, 'full');
    const attempt = async (failures: number) => {
      runs = 0;
      const tools = await solveTools(at, {
        run: async () => {
          runs += 1;
          if (runs <= failures) throw full;
          return { ok: 'x' };
        },
      });
      try {
        return await solve(
          [exec(`full ${failures}`)],
          { ...tools, freeSpace: async () => void (pruned += 1) },
          never(),
        );
      } finally {
        await tools.close();
      }
    };
    await attempt(1);
    expect([runs, pruned]).toEqual([2, 1]);
    await expect(attempt(2)).rejects.toMatchObject({
      kind: 'resource',
      message: expect.stringMatching(/\d+ MiB are free/),
    });
    expect([runs, pruned]).toEqual([2, 2]);
  });

  it('runs every step without the cache, and remembers', async () => {
    const at = join(folder, 'nocache');
    let runs = 0;
    const step: RunStep = async () => {
      runs += 1;
      return {};
    };
    await run([exec('a')], step, { at });
    await run([exec('a')], step, { at, settings: { noCache: true } });
    await run([exec('a')], step, { at });
    expect(runs).toBe(2);
  });

  it('copies only what is meant into the layer', async () => {
    const tree = MemoryTree.of(
      [
        { name: 'a.txt', content: 'a' },
        { name: 'b.txt', content: 'b' },
      ],
      5,
    );
    const root = copy(['a.txt'], '/data/');
    const { tools, solved } = await run([root], async () => ({}), {
      contexts: { default: tree },
    });
    const result = solved.get(root);
    if (result?.kind !== 'filesystem') throw new Error('no filesystem');
    const files = await tools.layers.tree(result.chain);
    expect(await files.lookup('data/a.txt')).toMatchObject({ mode: 0o644 });
    expect(await files.lookup('data/b.txt')).toBeUndefined();
  });
});

describe('orderVertices', () => {
  it('names the circle', () => {
    const inputs: Vertex[] = [];
    const first = vertex({ kind: 'scratch' }, inputs, 'first');
    const second = vertex({ kind: 'scratch' }, [first], 'second');
    inputs.push(second);
    expect(() => orderVertices([second])).toThrow(
      'second needs first needs second',
    );
  });

  it('orders chains that are longer than any stack', () => {
    let last = context;
    for (let i = 0; i < 50_000; i++) last = exec('x', last);
    expect(orderVertices([last])).toHaveLength(50_001);
  });
});
