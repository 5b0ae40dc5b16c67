// Makes dist/agent.js: the three programs in one file that needs nothing but
// Node 24. Runs with the workspace's node_modules, or, in the image's build,
// with those of the toolchain image.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    // Folder with the node_modules to take libraries from.
    toolchain: { type: 'string' },
    // Folder to write to.
    out: { type: 'string' },
    // Commit the sources are from.
    revision: { type: 'string', default: '' },
  },
});

const agent = resolve(import.meta.dirname, '..');
const toolchain = resolve(values.toolchain ?? join(agent, '../..'));
const out = resolve(values.out ?? join(agent, 'dist'));
const require = createRequire(join(toolchain, 'package.json'));
const esbuild = require('esbuild');

const file = join(out, 'agent.js');
mkdirSync(dirname(file), { recursive: true });
await esbuild.build({
  absWorkingDir: agent,
  entryPoints: ['src/cli.ts'],
  outfile: file,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  nodePaths: [join(toolchain, 'node_modules')],
  alias: { '@buildog/oci': resolve(agent, '../oci/src/index.ts') },
  logLevel: 'warning',
  legalComments: 'eof',
});

// Another commit gives another nonce, and so does another library.
const nonce = createHash('sha256')
  .update(`${values.revision}\n`)
  .update(readFileSync(file))
  .digest('hex')
  .slice(0, 32);
writeFileSync(join(out, 'nonce'), `${nonce}\n`);
process.stdout.write(`agent.js and nonce ${nonce} written to ${out}\n`);
