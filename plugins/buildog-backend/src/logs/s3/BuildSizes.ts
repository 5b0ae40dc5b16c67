import type { ObjectBucket } from './ObjectBucket';
import { buildPrefix } from './streamKeys';

const FRESH_MS = 30_000;
const REMEMBERED = 500;

/**
 * How many bytes a build has, for its cap. Listed now and then, and counted
 * in between: what other replicas add is noticed half a minute late.
 */
export class BuildSizes {
  private readonly sizes = new Map<string, { bytes: number; at: number }>();

  constructor(
    private readonly bucket: ObjectBucket,
    private readonly prefix: string,
    private readonly clock: () => Date,
  ) {}

  async get(buildId: string): Promise<number> {
    const now = this.clock().getTime();
    const known = this.sizes.get(buildId);
    if (known && now - known.at < FRESH_MS) return known.bytes;
    const objects = await this.bucket.list(buildPrefix(this.prefix, buildId));
    const bytes = objects
      .filter(({ key }) => /\/(?:chunks|parts)\/\d+$/.test(key))
      .reduce((sum, { size }) => sum + size, 0);
    this.sizes.delete(buildId);
    this.sizes.set(buildId, { bytes, at: now });
    const [oldest] = this.sizes.keys();
    if (this.sizes.size > REMEMBERED) this.sizes.delete(oldest);
    return bytes;
  }

  add(buildId: string, bytes: number): void {
    const known = this.sizes.get(buildId);
    if (known) known.bytes += bytes;
  }
}
