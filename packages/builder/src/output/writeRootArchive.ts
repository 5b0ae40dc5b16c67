import type { Entry, FileTree } from '../layers/FileTree';
import { ArchiveItem, formatArchive, headerOf } from './formatArchive';
import { writeAppearingFile } from './writeAppearingFile';

/**
 * Writes the files of an image as one tar archive: no layers, no whiteouts.
 *
 * @throws {@link BuilderError} `filesystem`, `resource`
 * @public
 */
export async function writeRootArchive(
  file: string,
  tree: FileTree,
  settings: { readonly signal?: AbortSignal } = {},
): Promise<void> {
  await writeAppearingFile(
    file,
    formatArchive(rootItems(tree)),
    settings.signal,
  );
}

async function* rootItems(
  tree: FileTree,
): AsyncGenerator<ArchiveItem, void, undefined> {
  const firstNames = new Map<string, string>();
  for await (const entry of allEntries(tree)) {
    const { path, linkGroup, type } = entry;
    const first =
      linkGroup === undefined ? undefined : firstNames.get(linkGroup);
    if (linkGroup !== undefined && first === undefined) {
      firstNames.set(linkGroup, path);
    }
    const hasContent = type === 'file' && first === undefined && entry.size > 0;
    yield {
      header: headerOf(entry, first),
      ...(hasContent && { open: () => tree.open(entry) }),
    };
  }
}

/** Everything of a tree but its root, parents before children. */
export async function* allEntries(
  tree: FileTree,
  directory = '',
): AsyncGenerator<Entry, void, undefined> {
  for (const entry of await tree.list(directory)) {
    yield entry;
    if (entry.type === 'directory') yield* allEntries(tree, entry.path);
  }
}
