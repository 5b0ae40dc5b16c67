import { createHash } from 'node:crypto';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { imageLayouts } from '../cluster/images/buildImages.ts';
import {
  dependenciesOf,
  packageClosure,
  type InstalledPackage,
} from './packageClosure.ts';
import { stackImage } from './stackImage.ts';

/** What `deploy/images/agent/Dockerfile` takes from its toolchain image. */
export function toolchainPackages(root: string): InstalledPackage[] {
  return packageClosure(root, [
    ...dependenciesOf(root, 'packages/agent'),
    ...dependenciesOf(root, 'packages/oci'),
    'esbuild',
  ]);
}

/**
 * Makes the image that the agent's Dockerfile bundles with: Node, a shell and
 * the libraries as they are installed here, so that the build needs no network.
 *
 * @param root - the repository
 * @returns the folder of its OCI layout
 */
export async function toolchainImage(root: string): Promise<string> {
  const packages = toolchainPackages(root);
  const key = createHash('sha256')
    .update(
      packages.map(({ path, version }) => `${path}@${version}`).join('\n'),
    )
    .digest('hex')
    .slice(0, 12);
  return stackImage({
    base: imageLayouts().node,
    name: `toolchain-${process.version}-${key}`,
    config: {},
    fill: async folder => {
      for (const { path } of packages) {
        await cp(join(root, path), join(folder, 'toolchain', path), {
          recursive: true,
          // Packages inside packages are listed themselves.
          filter: source =>
            !source.slice(join(root, path).length).includes('/node_modules'),
        });
      }
    },
  });
}
