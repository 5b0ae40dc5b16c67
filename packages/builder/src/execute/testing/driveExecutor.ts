import { isBuilderError } from '../../errors/BuilderError';
import { AllowList } from '../../network/AllowList';
import { SandboxNetworks } from '../../network/SandboxNetworks';
import { upstreamFromEnvironment } from '../../network/upstreamProxy';
import type { Step } from '../Executor';
import { insideUserNamespace } from '../enterSandbox';
import { findStepPrograms } from '../findStepPrograms';
import { NamespaceExecutor } from '../NamespaceExecutor';
import { DirectoryTree } from './DirectoryTree';

async function main(): Promise<void> {
  const { base, scratch, steps } = JSON.parse(process.argv[2]);
  const tree = new DirectoryTree(base);
  const t0 = performance.now();
  const ex = await NamespaceExecutor.open({
    name: insideUserNamespace() ? 'rootless' : 'local',
    store: {
      tree: async () => tree,
      unpack: async () => ({ directories: [base], release: async () => undefined }),
    },
    scratch,
    networks: new SandboxNetworks({ rules: { allow: new AllowList() }, upstream: upstreamFromEnvironment(process.env) }),
    programs: findStepPrograms()!,
    platforms: ['linux/amd64'],
  });
  console.log('open', performance.now() - t0);
  for (const s of steps as Step[]) {
    const t = performance.now();
    try {
      const r = await ex.run({ ...({ root: [], env: ['PATH=/bin'], cwd: '/', user: '', mounts: [], network: 'proxy', limits: {}, platform: { os: 'linux', architecture: 'amd64' }, security: 'sandbox', hostname: 'buildog' }), ...s } as Step, { write: (_, b) => { process.stdout.write(b); } }, new AbortController().signal);
      const t2 = performance.now();
      const ch = []; for await (const c of r.changes()) ch.push(c.kind === 'put' ? c.entry.path : `-${c.path}`);
      console.log('OK', (t2 - t).toFixed(1), ch.join(' '), r.peakMemory, r.fetched);
      await r.dispose();
      console.log('disposed', (performance.now() - t2).toFixed(1));
    } catch (e) {
      console.log('ERR', (performance.now() - t).toFixed(1), isBuilderError(e) ? [e.kind, e.message] : e);
    }
  }
  await ex.close();
}
main();
