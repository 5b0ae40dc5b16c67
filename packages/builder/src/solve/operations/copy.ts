import type { CopyOperation, CopySource } from '../../graph/Operation';
import type { FileTree } from '../../layers/FileTree';
import type { Layer } from '../../layers/Layer';
import { MemoryTree } from '../../sources/MemoryTree';
import { canonicalDigest } from '../canonicalDigest';
import { chainOf, identityOf, treeOf } from '../chainOf';
import { isNumericOwner, lookupOwner } from '../copy/lookupOwner';
import { folderModeOf, parseChmod } from '../copy/parseChmod';
import { place, type PlaceOptions } from '../copy/place';
import { Placement, type Owner } from '../copy/Placement';
import { select } from '../copy/select';
import { selectionContent } from '../copy/selectionContent';
import type { Selection } from '../copy/Selection';
import { unpackArchive, type UnpackedArchive } from '../copy/unpackArchive';
import { append, rememberBoth } from '../rememberLayer';
import type { Operate, Work } from '../Work';
import { writeSettings } from '../writeSettings';

/**
 * `COPY` and `ADD`. The key is made of the files that are meant, so that a change
 * elsewhere in the context changes nothing. Where the sources' content is known
 * without reading it, a first key over the whole sources spares even that.
 */
export const copy: Operate<CopyOperation> = async work => {
  const { operation, inputs, tools } = work;
  const chain = chainOf(inputs[0]);
  const common = {
    version: 1,
    kind: 'copy',
    destination: operation.destination,
    chown: operation.chown,
    chmod: operation.chmod,
    link: operation.link,
    root: operation.link ? undefined : chain.map(({ diffId }) => diffId),
    write: writeSettings(tools.settings),
  };
  const quickKey = quickKeyOf(work, common);
  let owner: Owner | undefined;
  let parts: readonly Part[] = [];
  const contentKey = async () => {
    owner = await ownerOf(work);
    parts = await partsOf(work);
    const contents = await Promise.all(
      parts.map(async ({ source, selections }) => ({
        parents: source.parents,
        unpack: source.unpack,
        keepOwners: source.keepOwners,
        selections: await Promise.all(
          selections.map(selection =>
            selectionContent(selection, {
              keepOwners: source.keepOwners,
              signal: work.signal,
            }),
          ),
        ),
      })),
    );
    return canonicalDigest({ ...common, owner, contents });
  };
  const made = await rememberBoth(work, quickKey, {
    key: contentKey,
    produce: async () => ({ layer: await write(work, parts, owner) }),
  });
  return append(inputs[0], made);
};

interface Part {
  readonly source: CopySource;
  readonly selections: readonly Selection[];
}

function sourcesOf(operation: CopyOperation): readonly CopySource[] {
  return [{ ...operation, input: 1 }, ...(operation.more ?? [])];
}

function quickKeyOf(
  { operation, inputs }: Work<CopyOperation>,
  common: object,
) {
  const sources = sourcesOf(operation).map(source => {
    const { input, sources: paths, literal, parents, unpack } = source;
    const identity = identityOf(inputs[input]);
    const { keepOwners } = source;
    return { paths, literal, parents, unpack, keepOwners, identity };
  });
  // An owner by name is looked up in the filesystem below, which a link leaves out.
  const { link, chown, exclude } = operation;
  if (link && chown && !isNumericOwner(chown)) return undefined;
  return sources.every(({ identity }) => identity !== undefined)
    ? canonicalDigest({ ...common, quick: true, exclude, sources })
    : undefined;
}

async function partsOf(work: Work<CopyOperation>): Promise<Part[]> {
  const { operation, inputs, tools, signal } = work;
  const parts: Part[] = [];
  for (const source of sourcesOf(operation)) {
    const tree = await treeOf(inputs[source.input], tools);
    const { sources, literal, parents } = source;
    const { exclude } = operation;
    const selections = await select({
      tree,
      sources,
      literal,
      parents,
      exclude,
      signal,
    });
    if (selections.length === 0) {
      work.warn(
        `${sources.join(' ')} fits no file: nothing is copied to ${
          operation.destination
        }`,
      );
    }
    parts.push({ source, selections });
  }
  return parts;
}

async function ownerOf(work: Work<CopyOperation>): Promise<Owner | undefined> {
  const { operation, inputs, tools } = work;
  const { chown } = operation;
  if (chown === undefined) return undefined;
  const tree: FileTree = isNumericOwner(chown)
    ? MemoryTree.empty
    : await treeOf(inputs[0], tools);
  return lookupOwner(tree, chown);
}

async function write(
  work: Work<CopyOperation>,
  parts: readonly Part[],
  owner: Owner | undefined,
): Promise<Layer | undefined> {
  const { operation, inputs, tools, signal } = work;
  const { chmod, destination, link } = operation;
  const below = link ? MemoryTree.empty : await treeOf(inputs[0], tools);
  const placement = new Placement(
    below,
    tools.settings.now,
    tools.settings.clampTime,
  );
  const archives: UnpackedArchive[] = [];
  try {
    for (const { source, selections } of parts) {
      const options: PlaceOptions = {
        destination,
        owner,
        chmod: chmod === undefined ? undefined : parseChmod(chmod),
        folderMode: folderModeOf(chmod),
        keepOwners: source.keepOwners,
        parents: source.parents,
      };
      const plain: Selection[] = [];
      for (const selection of selections) {
        const archive = source.unpack
          ? await unpackArchive(selection, tools.scratch, signal)
          : undefined;
        if (!archive) {
          plain.push(selection);
          continue;
        }
        archives.push(archive);
        await place(placement, [archive.selection], {
          ...options,
          destination: `${destination}/`,
          // What is in an archive keeps its modes, whatever --chmod says.
          chmod: undefined,
          folderMode: 0o755,
          keepOwners: true,
          parents: false,
          replace: true,
        });
      }
      if (plain.length > 0) await place(placement, plain, options);
    }
    return await tools.layers.write(placement.changes(), {
      ...writeSettings(tools.settings),
      signal,
    });
  } finally {
    await Promise.all(archives.map(archive => archive.dispose()));
  }
}
