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

const oci = resolve(builder, '../oci/src');
/** Name to file of everything that packages/oci exports. */
const exported = new Map(
  [
    ...readFileSync(join(oci, 'index.ts'), 'utf8').matchAll(
      /export \{([^}]*)\} from '\.\/(.*)';/g,
    ),
  ].flatMap(([, names, file]) =>
    names.split(',').map(name => [name.replace(/^\s*type\s/, '').trim(), file]),
  ),
);

/**
 * Takes our own packages from their sources, and each name of packages/oci from the
 * file that has it: through its index, all of the registry client would be loaded
 * by whoever needs a digest.
 */
const workspace = {
  name: 'workspace',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^@buildog\/agent$/ }, () => ({
      path: resolve(builder, '../agent/src/index.ts'),
    }));
    onResolve({ filter: /^@buildog\/oci$/ }, () => ({
      path: join(oci, 'index.ts'),
    }));
    onLoad(
      { filter: /\/packages\/(builder|agent)\/src\/.*\.ts$/ },
      ({ path }) => ({
        loader: 'ts',
        contents: readFileSync(path, 'utf8').replace(
          /import (type )?\{([^}]*)\} from '@buildog\/oci';/g,
          (_, isType, names) => (isType ? '' : splitImport(names)),
        ),
      }),
    );
  },
};

function splitImport(names) {
  return names
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '' && !name.startsWith('type '))
    .map(name => {
      const file = exported.get(name.split(' as ')[0]);
      // A type without the word, or something that is exported as a whole file.
      return file
        ? `import { ${name} } from ${JSON.stringify(join(oci, file))};`
        : `import { ${name} } from '@buildog/oci';`;
    })
    .join('');
}

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
