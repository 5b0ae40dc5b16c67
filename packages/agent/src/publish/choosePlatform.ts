import type { Layout, LayoutManifest } from '@buildog/oci';
import type { AgentPlatform } from '../protocol';
import { AgentError, printable } from '../program';

/**
 * Finds the one image of a layout and sees to it that it is for the platform
 * that was asked for.
 *
 * @throws AgentError `LayoutInvalid` when there are several images (a job
 * builds one platform), `PlatformMismatch` when the image is for another
 */
export function choosePlatform(
  layout: Layout,
  expected: AgentPlatform,
): LayoutManifest {
  const images = layout.roots.flatMap(({ digest }) => {
    const manifest = layout.manifests.get(digest);
    return manifest ? imagesBelow(layout, manifest) : [];
  });
  const [first, second] = images;
  if (!first?.image || second) {
    throw new AgentError(
      'LayoutInvalid',
      `The build left ${images.length} images; one is expected.`,
    );
  }
  const { platform } = first.image;
  const same =
    platform?.os === expected.os &&
    platform.architecture === expected.architecture &&
    // Builders leave the variant out where the architecture implies it.
    (expected.cpuVariant === undefined ||
      platform.variant === undefined ||
      platform.variant === expected.cpuVariant);
  if (!same) {
    const found = platform
      ? [platform.os, platform.architecture, platform.variant]
          .filter(Boolean)
          .join('/')
      : 'no platform';
    const wanted = [expected.os, expected.architecture, expected.cpuVariant]
      .filter(Boolean)
      .join('/');
    throw new AgentError(
      'PlatformMismatch',
      `The image is for ${printable(found, 100)}, not for ${wanted}.`,
    );
  }
  return first;
}

function imagesBelow(
  layout: Layout,
  manifest: LayoutManifest,
): LayoutManifest[] {
  if (manifest.image) return [manifest];
  return manifest.children.flatMap(digest => {
    const child = layout.manifests.get(digest);
    return child ? imagesBelow(layout, child) : [];
  });
}
