// Makes dist/ossb.cjs: the command line in one file that needs nothing but
// Node 24. What talks to registries or git is only evaluated when it is needed,
// so that it starts quickly.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
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

const file = join(out, 'ossb.cjs');
mkdirSync(dirname(file), { recursive: true });
const { metafile } = await esbuild.build({
  absWorkingDir: builder,
  entryPoints: ['src/cli/main.ts'],
  outfile: file,
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: true,
  banner: { js: '#!/usr/bin/env node' },
  define: { 'process.env.OSSB_VERSION': JSON.stringify(version) },
  nodePaths: [join(toolchain, 'node_modules')],
  alias: {
    '@buildog/oci': resolve(builder, '../oci/src/index.ts'),
    '@buildog/agent': resolve(builder, '../agent/src/index.ts'),
  },
  logLevel: 'warning',
  legalComments: 'eof',
  metafile: true,
});
chmodSync(file, 0o755);
if (values.analyse) {
  writeFileSync(join(out, 'ossb.meta.json'), JSON.stringify(metafile));
}
process.stdout.write(`${file} written\n`);
