import {
  sha256,
  formatPlatform,
  parseReference,
  type Platform,
} from '@buildog/oci';
import type { ImageResolver, ResolvedImage } from '../frontend/ImageResolver';
import type { LayerChain } from '../layers/Layer';
import type { FoundImage, RegistryImages } from './RegistryImages';
import type { LayoutImages } from './LayoutImages';

/** A host that can not exist, for images that no registry has. */
const LAYOUT_HOST = 'oci-layout.invalid';

/**
 * Images by reference: of registries, and of OCI layouts that have been given a
 * name. Each pair of reference and platform is asked for once.
 */
export class ImageFinder implements ImageResolver {
  private readonly found = new Map<string, Promise<FoundImage>>();
  private readonly layouts = new Map<string, string>();
  private readonly chains = new Map<string, LayerChain>();

  constructor(
    private readonly registries: RegistryImages,
    private readonly layoutImages: LayoutImages,
  ) {}

  /** A reference that stands for an image of a layout (`oci-layout://…`). */
  referenceTo(layout: string): string {
    const reference = `${LAYOUT_HOST}/${sha256(layout).slice(7, 27)}:layout`;
    this.layouts.set(reference, layout);
    return reference;
  }

  async resolveImage(
    reference: string,
    platform: Platform,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<ResolvedImage> {
    const found = await this.find(reference, platform, signal);
    this.chains.set(found.reference, found.chain);
    return { reference: found.reference, config: found.config };
  }

  /** Layers of what {@link ImageFinder.resolveImage} gave, or of any pinned reference. */
  async chain(
    pinned: string,
    platform: Platform,
    signal: AbortSignal,
  ): Promise<LayerChain> {
    const known = this.chains.get(pinned);
    return known ?? (await this.find(pinned, platform, signal)).chain;
  }

  private find(
    reference: string,
    platform: Platform,
    signal: AbortSignal,
  ): Promise<FoundImage> {
    const key = `${reference} ${formatPlatform(platform)}`;
    let found = this.found.get(key);
    if (!found) {
      found = this.ask(reference, platform, signal);
      this.found.set(key, found);
      found.catch(() => this.found.delete(key));
    }
    return found;
  }

  private ask(reference: string, platform: Platform, signal: AbortSignal) {
    const { registry } = parseReference(reference);
    const layout = this.layouts.get(reference);
    return registry === LAYOUT_HOST && layout !== undefined
      ? this.layoutImages.find(layout, platform, signal)
      : this.registries.find(reference, platform, signal);
  }
}
