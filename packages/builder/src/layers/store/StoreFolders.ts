import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '@buildog/oci';
import { BuilderError } from '../../errors/BuilderError';

/**
 * Where things lie in a layer store.
 *
 * | folder | what |
 * |---|---|
 * | `blobs/sha256/HEX` | compressed layers by their digest |
 * | `index/HEX.json` | what is in a layer, by diffId |
 * | `tars/HEX` | uncompressed layers that files were read from, by diffId |
 * | `digests/HEX` | digests of files of a layer that were computed, by diffId |
 * | `unpacked/HEX` | lower directories for overlay mounts, by chain id (its first 32 digits: mount options are short) |
 * | `tmp/SESSION/` | what is being made, and whole filesystems for steps without mounts |
 * | `sessions/SESSION.json` | processes that use the store |
 */
export class StoreFolders {
  /**
   * Makes the folders.
   *
   * @throws {@link BuilderError} `filesystem` when `root` is no directory of ours
   */
  constructor(readonly root: string) {
    for (const folder of [
      'blobs/sha256',
      'index',
      'tars',
      'digests',
      'unpacked',
      'tmp',
      'sessions',
    ]) {
      mkdirSync(join(root, folder), { recursive: true, mode: 0o700 });
    }
    // Somebody who may change a link decides where root's files go.
    const found = lstatSync(root);
    if (!found.isDirectory() || found.uid !== process.geteuid?.()) {
      throw new BuilderError(
        'filesystem',
        `${root} cannot hold layers: it has to be a directory (no link) that belongs to the user who builds`,
      );
    }
  }

  blob(digest: Digest): string {
    return join(this.root, 'blobs', ...digest.split(':'));
  }

  index(diffId: Digest): string {
    return join(this.root, 'index', `${hex(diffId)}.json`);
  }

  tar(diffId: Digest): string {
    return join(this.root, 'tars', hex(diffId));
  }

  digests(diffId: Digest): string {
    return join(this.root, 'digests', hex(diffId));
  }

  unpacked(chainId: Digest): string {
    return join(this.root, 'unpacked', hex(chainId).slice(0, 32));
  }

  in(folder: 'tmp' | 'sessions', name: string): string {
    return join(this.root, folder, name);
  }
}

function hex(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}
