import type { ObjectBucket } from './ObjectBucket';
import { indexKeys } from './streamKeys';

/**
 * Which builds have logs, by age: keys list in their own order only, so each
 * build gets a key that begins with a time.
 */
export class BuildIndex {
  private readonly entered = new Set<string>();

  constructor(
    private readonly bucket: ObjectBucket,
    private readonly prefix: string,
  ) {}

  /** Enters a build. Idempotent; the first time counts. */
  async enter(buildId: string, now: Date): Promise<void> {
    if (this.entered.has(buildId)) return;
    const keys = indexKeys(this.prefix);
    const mine = now.getTime();
    const first = await this.bucket.put(
      keys.marker(buildId),
      Buffer.from(String(mine)),
      { ifAbsent: true },
    );
    const began = first ? mine : (await this.beganOf(buildId)) ?? mine;
    await this.bucket.put(keys.entry(began, buildId), new Uint8Array());
    this.entered.add(buildId);
  }

  /** Takes a build out; its age stays known. */
  async leave(buildId: string): Promise<void> {
    const began = await this.beganOf(buildId);
    if (began === undefined) return;
    await this.bucket.remove([indexKeys(this.prefix).entry(began, buildId)]);
    this.entered.delete(buildId);
  }

  async list(options: { limit: number; after?: string }): Promise<string[]> {
    const keys = indexKeys(this.prefix);
    const began =
      options.after === undefined
        ? undefined
        : await this.beganOf(options.after);
    const found = await this.bucket.list(keys.prefix, {
      limit: options.limit,
      after:
        began === undefined || options.after === undefined
          ? undefined
          : keys.entry(began, options.after),
    });
    return found.map(entry => keys.buildIdOf(entry.key));
  }

  private async beganOf(buildId: string): Promise<number | undefined> {
    const bytes = await this.bucket.get(indexKeys(this.prefix).marker(buildId));
    return bytes && Number(Buffer.from(bytes).toString());
  }
}
