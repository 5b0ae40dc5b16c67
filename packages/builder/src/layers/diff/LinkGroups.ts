import { createReadStream, Stats } from 'node:fs';
import type { Entry } from '../FileTree';
import type { LayerChange } from '../LayerChange';
import { fsPath } from '../path/nameBytes';

/** Makes puts of files of this machine, and finds the names that are one file. */
export class LinkGroups {
  private readonly firstNames = new Map<string, string>();

  /** Called in the order of the layer. */
  put(entry: Entry, localPath: string, stats: Stats): LayerChange {
    if (entry.type !== 'file') return { kind: 'put', entry };
    const open = async () => createReadStream(fsPath(localPath));
    if (stats.nlink < 2) return { kind: 'put', entry, localPath, open };
    const linkGroup = `${stats.dev}:${stats.ino}`;
    const linked = { ...entry, linkGroup };
    const first = this.firstNames.get(linkGroup);
    if (first !== undefined) {
      return { kind: 'put', entry: linked, hardLinkTo: first };
    }
    this.firstNames.set(linkGroup, entry.path);
    return { kind: 'put', entry: linked, localPath, open };
  }
}
