/** Node as it runs our own sources as programs of their own. */
export const TEST_NODE = [
  process.execPath,
  '--require',
  require.resolve('@backstage/cli/config/nodeTransform.cjs'),
];
