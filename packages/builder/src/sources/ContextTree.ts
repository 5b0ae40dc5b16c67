import { createHash } from 'node:crypto';
import {
  createReadStream,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  type BigIntStats,
} from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sha256, type Digest } from '@buildog/oci';
import type { IgnoreMatcher } from '../dockerfile/ignore/createIgnoreMatcher';
import { BuilderError } from '../errors/BuilderError';
import type { Entry } from '../layers/FileTree';
import { compareBytes } from '../solve/copy/paths';
import type { ExplainingTree } from '../solve/copy/missingSource';
import { childOf, parentOf } from '../layers/path/parentOf';
import type { StatCache } from './StatCache';

/** What a context leaves out. */
export interface IgnoreRules {
  readonly matcher: IgnoreMatcher;
  /** File with the rules, for messages. */
  readonly file: string;
}

/** Files up to this size are read at once: quicker than a stream. */
const SMALL_BYTES = 256 * 1024;

/**
 * A folder of this machine as a build context. Links are entries and are never
 * followed, so nothing outside the folder can be reached; everything belongs to
 * root; what the rules ignore is not there. Entries are read once and then stay
 * as they were.
 */
export class ContextTree implements ExplainingTree {
  private readonly entries = new Map<string, Entry | undefined>();
  private readonly lists = new Map<string, Promise<readonly Entry[]>>();
  private readonly stats = new Map<string, BigIntStats>();
  private readonly digests = new Map<string, Promise<Digest>>();

  private constructor(
    private readonly folder: string,
    private readonly rules: IgnoreRules | undefined,
    private readonly statCache: StatCache | undefined,
  ) {}

  /**
   * Opens a folder.
   *
   * @throws {@link BuilderError} `validation` when it is none
   */
  static async open(
    folder: string,
    options: { readonly rules?: IgnoreRules; readonly statCache?: StatCache },
  ): Promise<ContextTree> {
    const stats = await stat(folder).catch(() => undefined);
    if (!stats?.isDirectory()) {
      throw new BuilderError(
        'validation',
        `the build context ${folder} is no folder that can be read; give the folder that the Dockerfile copies from`,
      );
    }
    const real = await realpath(folder);
    return new ContextTree(real, options.rules, options.statCache);
  }

  async lookup(path: string): Promise<Entry | undefined> {
    if (!this.entries.has(path)) {
      this.entries.set(path, await this.read(path));
    }
    return this.entries.get(path);
  }

  list(path: string): Promise<readonly Entry[]> {
    let list = this.lists.get(path);
    if (!list) {
      list = this.readList(path);
      this.lists.set(path, list);
    }
    return list;
  }

  async open({ path }: Entry): Promise<Readable> {
    return createReadStream(this.pathOf(path), { highWaterMark: SMALL_BYTES });
  }

  digest(entry: Entry): Promise<Digest> {
    let digest = this.digests.get(entry.path);
    if (!digest) {
      digest = this.readDigest(entry);
      this.digests.set(entry.path, digest);
    }
    return digest;
  }

  async localPath({ path }: Entry): Promise<string> {
    return this.pathOf(path);
  }

  async explainMissing(path: string): Promise<string | undefined> {
    if (!this.rules || !this.exists(path)) return undefined;
    return `${this.rules.file} excludes it: take the pattern out there, or add !${path}`;
  }

  private pathOf(path: string): string {
    return join(this.folder, path);
  }

  private exists(path: string): boolean {
    return this.passesNoLink(path) && this.lstat(path) !== undefined;
  }

  /** The machine's own calls would follow a link in the middle. */
  private passesNoLink(path: string): boolean {
    for (let up = parentOf(path); up !== ''; up = parentOf(up)) {
      if (!this.lstat(up)?.isDirectory()) return false;
    }
    return true;
  }

  private lstat(path: string): BigIntStats | undefined {
    const known = this.stats.get(path);
    if (known) return known;
    const stats = lstatSync(this.pathOf(path), {
      bigint: true,
      throwIfNoEntry: false,
    });
    if (stats) this.stats.set(path, stats);
    return stats;
  }

  private async read(path: string): Promise<Entry | undefined> {
    if (path !== '') {
      const parent = await this.lookup(parentOf(path));
      if (parent?.type !== 'directory') return undefined;
    }
    return this.readInner(path);
  }

  private async readList(path: string): Promise<readonly Entry[]> {
    if (!this.passesNoLink(path)) return [];
    if (path !== '' && !this.lstat(path)?.isDirectory()) return [];
    const found: Entry[] = [];
    const names = readdirSync(this.pathOf(path)).sort(compareBytes);
    for (const name of names) {
      const inner = childOf(path, name);
      // An ignored parent may hold what was taken back in.
      const entry = this.entries.get(inner) ?? (await this.readInner(inner));
      if (entry) found.push(entry);
    }
    return found;
  }

  private async readInner(path: string): Promise<Entry | undefined> {
    const stats = this.lstat(path);
    if (!stats) return undefined;
    if (this.rules?.matcher.ignores(path)) {
      const mayHold =
        stats.isDirectory() && this.rules.matcher.mayKeepBelow(path);
      if (!mayHold || (await this.list(path)).length === 0) return undefined;
    }
    const entry = toEntry(path, stats, () => readlinkSync(this.pathOf(path)));
    this.entries.set(path, entry);
    return entry;
  }

  private async readDigest({ path }: Entry): Promise<Digest> {
    const stats = this.lstat(path);
    if (stats && this.statCache) {
      const known = await this.statCache.find(stats);
      if (known) return known;
    }
    const local = this.pathOf(path);
    const digest =
      stats && stats.size <= SMALL_BYTES
        ? sha256(readFileSync(local))
        : await hashFile(local);
    if (stats) this.statCache?.remember(stats, digest);
    return digest;
  }
}

async function hashFile(path: string): Promise<Digest> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 ** 2 }), hash);
  return `sha256:${hash.digest('hex')}`;
}

/* eslint-disable no-bitwise -- permission bits */
function toEntry(
  path: string,
  stats: BigIntStats,
  readLink: () => string,
): Entry {
  const common = {
    path,
    mode: Number(stats.mode) & 0o7777,
    uid: 0,
    gid: 0,
    size: 0,
    mtime: Number(stats.mtimeNs / 1_000_000_000n),
  };
  if (stats.isDirectory()) return { ...common, type: 'directory' };
  if (stats.isSymbolicLink()) {
    return { ...common, mode: 0o777, type: 'symlink', link: readLink() };
  }
  if (stats.isFIFO()) return { ...common, type: 'fifo' };
  if (stats.isFile()) {
    const linked = stats.nlink > 1n && {
      linkGroup: `${stats.dev}:${stats.ino}`,
    };
    return { ...common, type: 'file', size: Number(stats.size), ...linked };
  }
  const what = stats.isSocket() ? 'socket' : 'device';
  throw new BuilderError(
    'validation',
    `${path} in the build context is a ${what}, which no image can hold: remove it, or exclude it in .dockerignore`,
  );
}
