import { startRegistry } from '../server/startRegistry';

/* What RegistryProcess runs: node runRegistry.ts ROOT */

process.on('message', () => process.send?.(process.resourceUsage().maxRSS));
// The test is gone, however it ended.
process.on('disconnect', () => process.exit());

startRegistry({ root: process.argv[2] }).then(
  ({ url }) => process.stdout.write(`${url}\n`),
  error => {
    process.stderr.write(`${error}\n`);
    process.exit(1);
  },
);
