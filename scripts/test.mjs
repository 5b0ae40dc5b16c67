// npm test: sets up whatever is missing and runs every test (see test/run/main.ts).
import { spawn } from 'node:child_process';
import { bootstrap } from './setup/bootstrap.mjs';
import { handOver } from './setup/handOver.mjs';
import { root } from './setup/paths.mjs';
import { exitAfter } from './setup/SetupError.mjs';

await exitAfter(async () => {
  const tools = await bootstrap({
    // The cluster's programs take minutes to compile on a fresh machine, so
    // that begins while Yarn still installs. Its outcome is awaited later by
    // "cluster build", which is idempotent.
    meanwhile: ({ node, env }) => {
      if (process.env.KUBECONFIG || process.argv.includes('--unit')) return;
      spawn(node, ['test/cluster/cli.ts', 'build'], {
        cwd: root,
        env,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    },
  });
  await handOver(tools, 'test/run/main.ts', process.argv.slice(2));
});
