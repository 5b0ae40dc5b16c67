

import { isBuilderError } from '../../errors/BuilderError';

import type { Step } from '../Executor';
import { insideUserNamespace } from '../enterSandbox';
import { NamespaceExecutor } from '../NamespaceExecutor';
import { findStepPrograms } from '../findStepPrograms';
import { DirectoryTree } from './DirectoryTree';

async function main(): Promise<void> {
  const { base, scratch, steps } = JSON.parse(process.argv[2]);
  const tree = new DirectoryTree(base);
  const ex = new NamespaceExecutor({
    name: insideUserNamespace() ? 'rootless' : 'local',
    store: {
      tree: async () => tree,
      unpack: async () => ({
        directories: [base],
        release: async () => undefined,
      }),
    },
    scratch,
    networks: {
      acquire: async mode => ({
        kind: mode === 'host' ? 'host' : 'new',
        env: [],
        resolver: '',
        fetched: () => [],
        release: async () => undefined,
      }),
      close: async () => undefined,
    },
    programs: findStepPrograms()!,
    platforms: ['linux/amd64'],
  });
  for (const s of steps as Step[]) {
    const t = performance.now();
    try {
      const r = await ex.run(
        {
          ...{
            root: [],
            env: ['PATH=/bin'],
            cwd: '/',
            user: '',
            mounts: [],
            network: 'none',
            limits: {},
            platform: { os: 'linux', architecture: 'amd64' },
            security: 'sandbox',
            hostname: 'buildog',
          },
          ...s,
        } as Step,
        {
          write: (st, b) => {
            process.stdout.write(b);
          },
        },
        new AbortController().signal,
      );
      const t2 = performance.now();
      const ch = [];
      for await (const c of r.changes()) ch.push(c.kind === 'put' ? c.entry.path : '-' + c.path);
      console.log('OK', (t2 - t).toFixed(1), ch.join(' '), r.peakMemory);
      await r.dispose();
      console.log('disposed', (performance.now() - t2).toFixed(1));
    } catch (e) {
      console.log(
        'ERR',
        (performance.now() - t).toFixed(1),
        isBuilderError(e) ? [e.kind, e.message] : e,
      );
    }
  }
  await ex.close();
}
main();
