// Makes dist/ossb.mjs and dist/chunks: the command line, which needs nothing but
// Node 24. What talks to registries or git is only evaluated when it is needed,
// so that it starts quickly.
import {
  chmodSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    // Folder with the node_modules to take libraries from.
    toolchain: { type: 'string' },
    // Folder to write to.
    out: { type: 'string' },
    // Write what the size is made of to dist/ossb.meta.json.
    analyse: { type: 'boolean', default: false },
  },
});

const builder = resolve(import.meta.dirname, '..');
const toolchain = resolve(values.toolchain ?? join(builder, '../..'));
const out = resolve(values.out ?? join(builder, 'dist'));
const require = createRequire(join(toolchain, 'package.json'));
const esbuild = require('esbuild');
const { version } = JSON.parse(
  readFileSync(join(builder, 'package.json'), 'utf8'),
);

/** Takes our own packages from their sources; what is not used of them is left out. */
const workspace = {
  name: 'workspace',
  setup({ onResolve }) {
    onResolve({ filter: /^@buildog\/(oci|agent)$/ }, ({ path }) => ({
      path: resolve(builder, '..', path.split('/')[1], 'src/index.ts'),
      sideEffects: false,
    }));
  },
};

// What runs from there goes on with what it has: the folder is replaced at the end.
const draft = `${out}.${process.pid}`;
const file = join(draft, 'ossb.mjs');
const { metafile } = await esbuild.build({
  absWorkingDir: builder,
  entryPoints: { ossb: 'src/cli/main.ts' },
  outdir: draft,
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  // What is imported when it is needed becomes a file of its own.
  splitting: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  minifySyntax: true,
  minifyWhitespace: true,
  banner: {
    // Libraries in CommonJS ask for Node's own modules this way.
    js: "import{createRequire as ossbRequire}from'node:module';const require=ossbRequire(import.meta.url);",
  },
  define: { 'process.env.OSSB_VERSION': JSON.stringify(version) },
  nodePaths: [join(toolchain, 'node_modules')],
  plugins: [workspace],
  logLevel: 'warning',
  legalComments: 'eof',
  metafile: true,
});
const text = readFileSync(file, 'utf8');
writeFileSync(file, `#!/usr/bin/env node\n${text}`);
chmodSync(file, 0o755);
if (values.analyse) {
  writeFileSync(join(draft, 'ossb.meta.json'), JSON.stringify(metafile));
}
rmSync(out, { recursive: true, force: true });
renameSync(draft, out);
process.stdout.write(`${join(out, 'ossb.mjs')} written\n`);
