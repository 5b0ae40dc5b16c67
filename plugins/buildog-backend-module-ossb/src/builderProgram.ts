import { dirname, join } from 'node:path';

/**
 * The builder's command line: one file that needs nothing but Node. It comes
 * with the package, and in a checkout is made by `yarn workspace
 * @buildog/builder bundle`.
 */
export const builderProgram = join(
  dirname(require.resolve('@buildog/builder/package.json')),
  'bin',
  'ossb.mjs',
);
