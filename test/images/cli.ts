import { readClusterState } from '../cluster/clusterState.ts';
import { agentImages } from './agentImages.ts';

// Prints what agentImages answers, for programs that cannot import it. The
// cluster is the one that BUILDOG_TEST_CLUSTER describes.
process.stdout.write(
  `${JSON.stringify(await agentImages(await readClusterState()))}\n`,
);
